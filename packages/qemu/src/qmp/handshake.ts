// Packages that compile this source get the types of qemu-qmp in no other way.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./qemu-qmp.d.ts" />
import QemuQmp from "qemu-qmp";
import type { QmpGreeting } from "./messages.ts";

/** Sends a command that the handshake asks for. */
export type SendCommand = (command: string, args: object | undefined) => void;

/**
 * Leads the QMP handshake as npm `qemu-qmp` does it: reads the greeting and asks for what the session begins with.
 *
 * The library is given nothing but one well-formed greeting, and is let go when it has answered. What it does
 * wrongly later (pairing answers with commands by their order, dropping what is false or empty, events without data,
 * events that share names with those of streams) can't happen then. It never has a descriptor: its address is one
 * that is never resolved, and what it writes goes to `send`.
 *
 * @returns what the library took from the greeting
 * @throws {TypeError} when the library does not read the greeting as it should
 */
export function shakeHands(greeting: QmpGreeting, send: SendCommand): QmpGreeting {
  const library = new QemuQmp();
  library.on("error", () => {});
  library.connect({ host: "qmp.invalid", port: 1, lookup: () => {} });
  // After connect(): net.Socket puts its own write() back there.
  library.write = (text: unknown) => {
    const { execute, arguments: args } = JSON.parse(String(text)) as LibraryCommand;
    send(execute, args);
    return true;
  };
  library.end = () => library;
  library._read = () => {};
  try {
    // One chunk, whatever the stream's were. Only the two known members: it copies every one onto itself.
    const { version, capabilities } = greeting;
    const chunk = Buffer.from(JSON.stringify({ QMP: { version, capabilities } }));
    withoutDeprecations(() => library.emit("data", chunk));
    return greetingOf(library);
  } finally {
    library.destroy();
  }
}

interface LibraryCommand {
  readonly execute: string;
  readonly arguments?: object;
}

function greetingOf(library: QemuQmp): QmpGreeting {
  const { version, capabilities } = library;
  if (version === undefined || capabilities === undefined) {
    throw new TypeError("qemu-qmp did not take the greeting");
  }
  return {
    version: version as QmpGreeting["version"],
    capabilities: capabilities as QmpGreeting["capabilities"],
  };
}

/** The library calls util._extend (DEP0060): nothing that a user of winvm could do something about. */
function withoutDeprecations(work: () => void): void {
  const before = process.noDeprecation;
  process.noDeprecation = true;
  try {
    work();
  } finally {
    // What was not set must be unset again: `undefined` counts as set in some versions.
    if (before === undefined) delete process.noDeprecation;
    else process.noDeprecation = before;
  }
}
