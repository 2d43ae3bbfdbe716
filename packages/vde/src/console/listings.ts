import { VdeError } from "../errors.ts";

/** A port of the switch with what is plugged into it. */
export interface SwitchPort {
  /** Its number, from 1. */
  readonly number: number;
  /** The VLAN of its untagged frames; 0 when none was set. */
  readonly untaggedVlan: number;
  readonly active: boolean;
  /** Frames and bytes that came in from the endpoint; `undefined` where the switch doesn't count. */
  readonly received: TrafficCount | undefined;
  /**
   * Frames and bytes given out to the endpoint. A frame that the endpoint was too slow for is dropped by the switch,
   * yet counted here.
   */
  readonly sent: TrafficCount | undefined;
  readonly endpoints: readonly SwitchEndpoint[];
}

/** How much went through a port in one direction. */
export interface TrafficCount {
  readonly frames: number;
  readonly bytes: number;
}

/** A program plugged into a port. */
export interface SwitchEndpoint {
  /** The switch's number for it (its descriptor). */
  readonly id: number;
  /** What the program says about itself, e.g. `vdeplug: user=me pid=7`. */
  readonly description: string;
}

/** Behind which port the switch believes an Ethernet address. */
export interface HashEntry {
  /** Lower case, with colons. */
  readonly mac: string;
  readonly vlan: number;
  readonly port: number;
  /** Seconds since its last frame. */
  readonly ageSeconds: number;
}

/** What the switch says about itself. */
export interface SwitchInfo {
  /** E.g. `2.3.2`. */
  readonly version: string;
  readonly pid: number;
  /** The switch's own address. */
  readonly mac: string;
  /** Seconds since its start. */
  readonly uptimeSeconds: number;
}

/** What the switch's ports have in common. */
export interface PortSettings {
  /** How many ports it can have. */
  readonly ports: number;
  /** Whether it repeats every frame on every port. */
  readonly hub: boolean;
}

const portHead = /^Port (?<number>\d+) untagged_vlan=(?<vlan>\d+) (?<state>\w+) - /;
const traffic = /^ (?<way>IN|OUT): +pkts +(?<frames>\d+) +bytes +(?<bytes>\d+)$/;
const endpoint = /^ +-- endpoint ID (?<id>\d+) module [^:]*: (?<text>.*)$/s;
const ignored = /^ +Current User: /;

/** Reads the listing of `port/print`. @throws VdeError `VDE_UNKNOWN_REPLY`. */
export function parsePorts(lines: readonly string[]): SwitchPort[] {
  type Draft = { -readonly [K in keyof SwitchPort]: SwitchPort[K] };
  const ports: (Draft & { endpoints: SwitchEndpoint[] })[] = [];
  for (const line of lines) {
    const head = portHead.exec(line)?.groups;
    if (head) {
      ports.push({
        number: Number(head["number"]),
        untaggedVlan: Number(head["vlan"]),
        active: head["state"] === "ACTIVE",
        received: undefined,
        sent: undefined,
        endpoints: [],
      });
      continue;
    }
    const port = ports.at(-1);
    if (port === undefined) throw unknownReply("list the ports", line);
    const count = traffic.exec(line)?.groups;
    const plugged = endpoint.exec(line)?.groups;
    if (count) {
      const sum = { frames: Number(count["frames"]), bytes: Number(count["bytes"]) };
      if (count["way"] === "IN") port.received = sum;
      else port.sent = sum;
    } else if (plugged) {
      port.endpoints.push({ id: Number(plugged["id"]), description: plugged["text"] ?? "" });
    } else if (!ignored.test(line)) throw unknownReply("list the ports", line);
  }
  return ports;
}

const hashLine =
  /^Hash: \d+ Addr: (?<mac>[\da-f:]{17}) VLAN (?<vlan>\d+) to port: (?<port>\d+) +age (?<age>-?\d+) secs$/i;

/** Reads the listing of `hash/print`. @throws VdeError `VDE_UNKNOWN_REPLY`. */
export function parseHashTable(lines: readonly string[]): HashEntry[] {
  return lines.map((line) => {
    const entry = hashLine.exec(line)?.groups;
    if (!entry) throw unknownReply("read the hash table", line);
    return {
      mac: (entry["mac"] ?? "").toLowerCase(),
      vlan: Number(entry["vlan"]),
      port: Number(entry["port"]),
      ageSeconds: Number(entry["age"]),
    };
  });
}

/** Reads the listing of `showinfo`. @throws VdeError `VDE_UNKNOWN_REPLY`. */
export function parseInfo(lines: readonly string[]): SwitchInfo {
  const text = lines.join("\n");
  const version = /^VDE switch V\.(\S+)$/m.exec(text)?.[1];
  const facts = /^pid (\d+) MAC ([\da-f:]{17}) uptime (\d+)$/im.exec(text);
  if (version === undefined || facts === null) throw unknownReply("ask the switch", text);
  return {
    version,
    pid: Number(facts[1]),
    mac: (facts[2] ?? "").toLowerCase(),
    uptimeSeconds: Number(facts[3]),
  };
}

/** Reads the listing of `port/showinfo`. @throws VdeError `VDE_UNKNOWN_REPLY`. */
export function parsePortSettings(lines: readonly string[]): PortSettings {
  const text = lines.join("\n");
  const ports = /^Numports=(\d+)$/m.exec(text)?.[1];
  const hub = /^HUB=(true|false)$/m.exec(text)?.[1];
  if (ports === undefined || hub === undefined) throw unknownReply("ask for the ports", text);
  return { ports: Number(ports), hub: hub === "true" };
}

function unknownReply(asked: string, line: string): VdeError {
  return new VdeError({
    code: "VDE_UNKNOWN_REPLY",
    asked,
    happened: `the switch answered ${JSON.stringify(line)}`,
    hint: "report this with the output of `vde_switch --version`",
    data: { line },
  });
}
