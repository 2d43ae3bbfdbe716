/** What QEMU is and can do, from the first line it sends. */
export interface QmpGreeting {
  readonly version: {
    readonly qemu: { readonly major: number; readonly minor: number; readonly micro: number };
    /** The distributor's name for its build; may be empty. */
    readonly package: string;
  };
  /** Protocol capabilities offered: `oob` and whatever comes. */
  readonly capabilities: readonly string[];
}

/** When an event happened, by the host's clock. Both are -1 where QEMU could not tell. */
export interface QmpTimestamp {
  readonly seconds: number;
  /** 0…999999 */
  readonly microseconds: number;
}

/** An error as QEMU reports it. */
export interface QmpFailure {
  /** `CommandNotFound`, `GenericError`, `DeviceNotFound`, …; `Unknown` where QEMU gave none. */
  readonly class: string;
  /** The text for people. */
  readonly desc: string;
}

/** One line from QEMU, by what it is. */
export type QmpMessage =
  | { readonly kind: "greeting"; readonly greeting: QmpGreeting }
  | { readonly kind: "return"; readonly id: unknown; readonly value: unknown }
  /** `id` is undefined where QEMU could not read the command's. */
  | { readonly kind: "error"; readonly id: unknown; readonly failure: QmpFailure }
  | {
      readonly kind: "event";
      readonly event: string;
      readonly data: unknown;
      readonly timestamp: QmpTimestamp;
    }
  /** An object of a kind not known here; the protocol asks clients to ignore it. */
  | { readonly kind: "other" }
  /** Not a JSON object: the stream is broken. */
  | { readonly kind: "malformed"; readonly reason: string };

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads one line from QEMU. Never throws. (docs/interop/qmp-spec of QEMU) */
export function parseMessage(line: string): QmpMessage {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return { kind: "malformed", reason: error instanceof Error ? error.message : String(error) };
  }
  if (!isObject(json)) return { kind: "malformed", reason: "it is not a JSON object" };
  if (typeof json["event"] === "string") {
    return {
      kind: "event",
      event: json["event"],
      data: json["data"] ?? {},
      timestamp: timestampOf(json["timestamp"]),
    };
  }
  if ("error" in json) return { kind: "error", id: json["id"], failure: failureOf(json["error"]) };
  // Presence, not truth: "", 0, false and null are answers too.
  if ("return" in json) return { kind: "return", id: json["id"], value: json["return"] };
  const greeting = greetingOf(json["QMP"]);
  return greeting === undefined ? { kind: "other" } : { kind: "greeting", greeting };
}

/**
 * The text of a command, ready to be sent.
 * @throws {TypeError} where the arguments are not JSON (a bigint, a cycle)
 */
export function formatCommand(command: string, args: object | undefined, id: number): string {
  return `${JSON.stringify({ execute: command, arguments: args, id })}\r\n`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function greetingOf(value: unknown): QmpGreeting | undefined {
  if (!isObject(value) || !isObject(value["version"]) || !isObject(value["version"]["qemu"])) {
    return undefined;
  }
  const { major, minor, micro } = value["version"]["qemu"];
  if (typeof major !== "number" || typeof minor !== "number" || typeof micro !== "number") {
    return undefined;
  }
  const named = value["version"]["package"];
  const offered: readonly unknown[] = Array.isArray(value["capabilities"])
    ? value["capabilities"]
    : [];
  return {
    version: { qemu: { major, minor, micro }, package: typeof named === "string" ? named : "" },
    capabilities: offered.filter((capability) => typeof capability === "string"),
  };
}

function failureOf(value: unknown): QmpFailure {
  if (!isObject(value)) return { class: "Unknown", desc: JSON.stringify(value) };
  return {
    class: typeof value["class"] === "string" ? value["class"] : "Unknown",
    desc: typeof value["desc"] === "string" ? value["desc"] : JSON.stringify(value),
  };
}

function timestampOf(value: unknown): QmpTimestamp {
  const part = (name: string): number => {
    const number = isObject(value) ? value[name] : undefined;
    return typeof number === "number" ? number : -1;
  };
  return { seconds: part("seconds"), microseconds: part("microseconds") };
}
