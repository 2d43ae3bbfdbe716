import type { PassName } from "../answer/document.ts";

/** What is known of one setting. */
export interface SettingRule {
  /** The passes in which it may stand. */
  readonly passes: readonly PassName[];
  /** The only values that it may have, compared without case. */
  readonly enum?: readonly string[];
  /** In UTF-16 units. */
  readonly maxLength?: number;
  /** Whether the empty string is a value; true when absent. */
  readonly empty?: boolean;
  /** A whole number between these. */
  readonly range?: readonly [number, number];
  /** It may stand more than once beside itself, each with `wcm:action="add"`. */
  readonly list?: boolean;
  /** Each item of the list has a `wcm:keyValue` of its own. */
  readonly keyed?: boolean;
  /** It holds settings, no text. */
  readonly group?: boolean;
}
