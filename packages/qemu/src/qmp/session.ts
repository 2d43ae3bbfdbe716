import type { Duplex } from "node:stream";
import { traced, traceMoment, withDeadline, type WaitOptions } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import { EventHub, type AnyQmpEvent } from "./events.ts";
import { shakeHands } from "./handshake.ts";
import { Link, type LinkEnd } from "./link.ts";
import { formatCommand, type QmpGreeting, type QmpMessage } from "./messages.ts";
import { PendingCommands } from "./pending.ts";
import { QmpSchema } from "./schema.ts";
import type {
  QmpArguments,
  QmpCommandName,
  QmpEvent,
  QmpEventData,
  QmpEventName,
  QmpReturn,
} from "./types.ts";

/** How {@link QmpSession.nextEvent} waits. */
export interface NextEventOptions<E extends QmpEventName> extends WaitOptions {
  /** The event counts only if this holds for its data. What it throws rejects the wait. */
  readonly where?: ((data: QmpEventData<E>) => boolean) | undefined;
}

/** A negotiated connection to one QEMU. Commands may overlap; answers are paired by id. */
export interface QmpSession extends AsyncDisposable {
  /** Which QEMU this is. */
  readonly greeting: QmpGreeting;
  /** Settles when the session has ended, by whomever; never rejects. */
  readonly closed: Promise<void>;
  /**
   * Sends a command and waits for its answer. The command is on its way when this returns.
   *
   * @throws {QemuError} `QEMU_QMP_COMMAND_FAILED` with `data.class` and `data.desc` as QEMU tells them,
   *   `QEMU_QMP_CLOSED` when the session ends first
   * @throws {RuntimeError} `RUNTIME_TIMEOUT`, `RUNTIME_ABORTED`: QEMU may still carry the command out
   */
  execute<C extends QmpCommandName>(
    command: C,
    ...rest: {} extends QmpArguments<C>
      ? [args?: QmpArguments<C>, wait?: WaitOptions]
      : [args: QmpArguments<C>, wait?: WaitOptions]
  ): Promise<QmpReturn<C>>;
  /** {@link execute} for commands without types here; the answer is to be checked by the caller. */
  executeAny(command: string, args?: object, wait?: WaitOptions): Promise<unknown>;
  /**
   * The next event of that name. It is waited for from the moment of this call: call it before the command that causes
   * the event, whose answer may come later than the event itself. A rejection that nobody looks at is no
   * unhandled one.
   *
   * @throws {QemuError} `QEMU_QMP_CLOSED` when the session ends first
   * @throws {RuntimeError} `RUNTIME_TIMEOUT`, `RUNTIME_ABORTED`
   */
  nextEvent<E extends QmpEventName>(name: E, options?: NextEventOptions<E>): Promise<QmpEvent<E>>;
  /**
   * Calls the listener for each event of that name until the returned function is called. A listener that throws
   * causes a warning of the process, `QmpListenerWarning`, and nothing else.
   */
  on<E extends QmpEventName>(name: E, listener: (event: QmpEvent<E>) => void): () => void;
  /** Calls the listener for each event, also those unknown here. */
  onAny(listener: (event: AnyQmpEvent) => void): () => void;
  /** What this QEMU's QMP can do; asked for once, then kept. */
  features(wait?: WaitOptions): Promise<QmpSchema>;
  /** Whether this QEMU has the command. */
  hasCommand(name: string, wait?: WaitOptions): Promise<boolean>;
  /** Whether a command or event of this QEMU has the member: see {@link QmpSchema.hasMember}. */
  hasMember(
    name: string,
    side: "arguments" | "return" | "data",
    path: string,
    wait?: WaitOptions,
  ): Promise<boolean>;
  /** Ends the session, not QEMU. What is still waited for fails with `QEMU_QMP_CLOSED`. */
  close(): Promise<void>;
}

/** The one implementation of {@link QmpSession}; becomes usable when {@link Session.negotiate} has succeeded. */
export class Session implements QmpSession {
  readonly closed: Promise<void>;
  readonly #name: string;
  readonly #link: Link;
  readonly #pending = new PendingCommands();
  readonly #events = new EventHub();
  readonly #negotiated = Promise.withResolvers<void>();
  readonly #settleClosed: () => void;
  #greeting: QmpGreeting | undefined;
  #end: LinkEnd | undefined;
  #schema: Promise<QmpSchema> | undefined;

  /** Listens to the stream from now on, and owns it. */
  constructor(stream: Duplex, name = "QEMU") {
    this.#name = name;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#settleClosed = resolve;
    this.#negotiated.promise.catch(() => {});
    this.#link = new Link(stream, {
      message: (message) => this.#take(message),
      end: (end) => this.#finish(end),
    });
  }

  get greeting(): QmpGreeting {
    if (this.#greeting === undefined) throw new TypeError("the session is not negotiated");
    return this.#greeting;
  }

  /** Settles when QEMU has greeted and taken the handshake's commands. */
  negotiate(): Promise<void> {
    return this.#negotiated.promise;
  }

  execute<C extends QmpCommandName>(
    command: C,
    ...[args, wait]: {} extends QmpArguments<C>
      ? [args?: QmpArguments<C>, wait?: WaitOptions]
      : [args: QmpArguments<C>, wait?: WaitOptions]
  ): Promise<QmpReturn<C>> {
    return this.executeAny(command, args, wait);
  }

  executeAny(command: string, args?: object, wait?: WaitOptions): Promise<unknown> {
    return withDeadline(`QMP command ${command}`, async () => this.#send(command, args), wait);
  }

  nextEvent<E extends QmpEventName>(
    name: E,
    options: NextEventOptions<E> = {},
  ): Promise<QmpEvent<E>> {
    const { where, ...wait } = options;
    const event = withDeadline(
      `QMP event ${name}`,
      async (signal) => {
        if (this.#end !== undefined) throw this.#closedError("event", name, this.#end);
        return this.#events.wait(name, where as ((data: unknown) => boolean) | undefined, signal);
      },
      wait,
    );
    // The command that should have caused it may have failed: then nobody waits for it.
    event.catch(() => {});
    return event as Promise<QmpEvent<E>>;
  }

  on<E extends QmpEventName>(name: E, listener: (event: QmpEvent<E>) => void): () => void {
    return this.#events.listen(name, listener as (event: AnyQmpEvent) => void);
  }

  onAny(listener: (event: AnyQmpEvent) => void): () => void {
    return this.#events.listen(undefined, listener);
  }

  features(wait?: WaitOptions): Promise<QmpSchema> {
    // The question is shared, so it has no caller's limits; each caller's own wait has.
    if (this.#schema === undefined) {
      const asked = this.execute("query-qmp-schema").then((entries) => new QmpSchema(entries));
      this.#schema = asked;
      asked.catch(() => {
        this.#schema = undefined;
      });
    }
    const schema = this.#schema;
    return withDeadline("read the QMP schema", () => schema, wait);
  }

  async hasCommand(name: string, wait?: WaitOptions): Promise<boolean> {
    return (await this.features(wait)).hasCommand(name);
  }

  async hasMember(
    name: string,
    side: "arguments" | "return" | "data",
    path: string,
    wait?: WaitOptions,
  ): Promise<boolean> {
    return (await this.features(wait)).hasMember(name, side, path);
  }

  close(): Promise<void> {
    this.#link.end({ happened: "the session was closed" });
    return this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #send(command: string, args: object | undefined): Promise<unknown> {
    if (this.#end !== undefined) throw this.#closedError("command", command, this.#end);
    const id = this.#pending.nextId();
    const text = formatCommand(command, args, id);
    const answer = traced(
      () => ({ group: this.#name, lane: "QMP", name: command, details: { arguments: args } }),
      () => this.#pending.add(id, command),
    );
    this.#link.send(text);
    return answer;
  }

  #take(message: Exclude<QmpMessage, { kind: "malformed" }>): void {
    if (this.#greeting === undefined) return this.#takeFirst(message);
    switch (message.kind) {
      case "return":
        return this.#pending.succeed(message.id, message.value);
      case "error":
        return this.#pending.fail(message.id, message.failure);
      case "event": {
        const { event, data, timestamp } = message;
        traceMoment(() => ({
          group: this.#name,
          lane: "QMP",
          name: event,
          details: { data, timestamp },
        }));
        return this.#events.deliver({ event, data, timestamp });
      }
      case "greeting":
      case "other":
        return undefined;
    }
  }

  #takeFirst(message: Exclude<QmpMessage, { kind: "malformed" }>): void {
    if (message.kind !== "greeting") throw new TypeError("the first message is no QMP greeting");
    const begun: Promise<unknown>[] = [];
    this.#greeting = message.greeting;
    this.#greeting = shakeHands(message.greeting, (command, args) => {
      begun.push(this.#send(command, args));
    });
    if (begun.length === 0) throw new TypeError("qemu-qmp did not ask for the capabilities");
    Promise.all(begun).then(
      () => this.#negotiated.resolve(),
      (error: unknown) => this.#negotiated.reject(error),
    );
  }

  #finish(end: LinkEnd): void {
    this.#end = end;
    this.#pending.failAll((command) => this.#closedError("command", command, end));
    this.#events.failAll((event) => this.#closedError("event", event, end));
    this.#negotiated.reject(this.#closedError("command", "qmp_capabilities", end));
    this.#settleClosed();
  }

  #closedError(kind: "command" | "event", name: string, end: LinkEnd): QemuError {
    return new QemuError({
      code: "QEMU_QMP_CLOSED",
      asked: `QMP ${kind} ${name}`,
      happened: end.happened,
      cause: end.cause,
      data: { [kind]: name },
    });
  }
}
