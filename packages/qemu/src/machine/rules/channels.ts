import type { Fault } from "@winvm/runtime";
import { limits } from "../../argv/slots.ts";
import type { MachineNetwork } from "../machine.ts";
import { idFaults, nonEmptyText, type Rule } from "./rule.ts";

const models = ["rtl8139", "e1000", "e1000e", "virtio-net", "pcnet"];

/** Networks, virtio-serial ports, shares, the serial log. */
export const channelRules: Rule = function* ({ machine }) {
  const { networks, ports, shares, serialLog, display } = machine;
  const ids = new Set([...machine.disks, ...machine.cdroms].map(({ id }) => id));
  const macs = new Set<string>();
  for (const [index, network] of networks.entries()) {
    yield* idFaults(`networks[${index}].id`, network.id, ids);
    yield* networkFaults(`networks[${index}]`, network, macs);
  }
  yield* names("ports", ports, /^[\w.-]{1,63}$/, "1 to 63 letters, digits, dots, dashes");
  const tags = shares.map(({ tag }) => tag);
  // The tag's limit is MAX_TAG_LEN of QEMU's hw/9pfs.
  yield* names("shares", tags, /^[\w.-]{1,31}$/, "a tag of 1 to 31 letters, digits, dots, dashes");
  for (const [index, { directory }] of shares.entries()) {
    yield* nonEmptyText(`shares[${index}].directory`, directory, "a path");
  }
  for (const [path, value, most] of [
    ["networks", networks.length, limits.networks],
    ["ports", ports.length, limits.ports],
    ["shares", shares.length, limits.shares],
  ] as const) {
    if (value > most) yield { path, expected: `at most ${most}`, value };
  }
  if (serialLog !== undefined) yield* nonEmptyText("serialLog", serialLog, "a path");
  if (!["none", "std", "cirrus"].includes(display)) {
    yield { path: "display", expected: "none, std or cirrus", value: display };
  }
};

function* networkFaults(path: string, network: MachineNetwork, macs: Set<string>): Iterable<Fault> {
  if (!models.includes(network.model)) {
    yield { path: `${path}.model`, expected: `one of ${models.join(", ")}`, value: network.model };
  }
  const mac = network.mac.toLowerCase();
  // The lowest bit of the first byte marks a group address (IEEE 802).
  if (!/^[0-9a-f][02468ace](?::[0-9a-f]{2}){5}$/.test(mac)) {
    yield { path: `${path}.mac`, expected: "a unicast address like 52:54:00:12:01:01", value: mac };
  }
  if (macs.has(mac)) yield { path: `${path}.mac`, expected: "an address of its own", value: mac };
  macs.add(mac);
  if (network.backend.kind === "vde") {
    yield* nonEmptyText(
      `${path}.backend.socketDirectory`,
      network.backend.socketDirectory,
      "a path",
    );
  }
}

function* names(
  path: string,
  values: readonly string[],
  pattern: RegExp,
  expected: string,
): Iterable<Fault> {
  for (const [index, value] of values.entries()) {
    if (!pattern.test(value)) yield { path: `${path}[${index}]`, expected, value };
    if (values.indexOf(value) !== index) {
      yield { path: `${path}[${index}]`, expected: "a name used once", value };
    }
  }
}
