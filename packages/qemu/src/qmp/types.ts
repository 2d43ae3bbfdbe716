import type { QmpTimestamp } from "./messages.ts";
import type { QmpCommands, QmpEvents } from "./schema.generated.ts";

/** A command whose arguments and answer are typed here. QEMU has more: see {@link QmpSession.executeAny}. */
export type QmpCommandName = keyof QmpCommands;

/** What a command takes. */
export type QmpArguments<C extends QmpCommandName> = QmpCommands[C]["arguments"];

/** What a command answers. */
export type QmpReturn<C extends QmpCommandName> = QmpCommands[C]["return"];

/** An event that QEMU can send. */
export type QmpEventName = keyof QmpEvents;

/** What an event tells. */
export type QmpEventData<E extends QmpEventName> = QmpEvents[E];

/** An event as it arrived. */
export interface QmpEvent<E extends QmpEventName> {
  readonly event: E;
  readonly data: QmpEventData<E>;
  readonly timestamp: QmpTimestamp;
}
