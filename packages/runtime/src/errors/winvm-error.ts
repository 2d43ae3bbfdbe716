/** What an error of a winvm package is made of. */
export interface ErrorDetails<Code extends string> {
  /** A literal that programs can compare; it starts with the package's name in capitals. */
  readonly code: Code;
  /** What was asked for, as a phrase: `start vde_switch`. */
  readonly asked: string;
  /** What happened instead, as a sentence without a full stop. */
  readonly happened: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** The error below this one. */
  readonly cause?: unknown;
  /** The facts of the message, for programs. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** The JSON form of a {@link WinvmError}, as `--json` prints it. */
export interface WinvmErrorJson {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly asked: string;
  readonly happened: string;
  readonly hint?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: string;
}

const brand = Symbol.for("@winvm/error");

/**
 * The shape that the errors of all winvm packages share. Each package has one class of its own that extends it
 * with the literal codes it can throw.
 */
export abstract class WinvmError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly asked: string;
  readonly happened: string;
  readonly hint: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(details: ErrorDetails<Code>) {
    super(`${details.asked}: ${details.happened}`, { cause: details.cause });
    this.code = details.code;
    this.asked = details.asked;
    this.happened = details.happened;
    this.hint = details.hint;
    this.data = details.data ?? {};
    Object.defineProperty(this, brand, { value: true });
  }

  toJSON(): WinvmErrorJson {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      asked: this.asked,
      happened: this.happened,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(Object.keys(this.data).length === 0 ? {} : { data: this.data }),
      ...(this.cause === undefined ? {} : { cause: describeError(this.cause) }),
    };
  }
}

/** Tells an error of any winvm package from others, also one from another copy of this package. */
export function isWinvmError(value: unknown): value is WinvmError {
  return typeof value === "object" && value !== null && brand in value;
}

/** The message of anything that was thrown. */
export function describeError(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}
