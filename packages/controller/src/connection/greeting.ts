import type { Duplex } from "node:stream";
import { withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { ControllerError } from "../errors.ts";
import type { ServerGreeting } from "../protocol/handshake.ts";

/** Our software name; the identification line is `SSH-2.0-winvm`. */
export const CLIENT_SOFTWARE = "winvm";
/** Our identification line without its end. */
export const CLIENT_IDENT: string = `SSH-2.0-${CLIENT_SOFTWARE}`;
const IDENT = /SSH-2\.0-[\x20-\x7e]+\r\n/;
/** What an sshd that has just ended may have left in the line before the next one's greeting. */
const MAX_REST = 4 * 1024 * 1024;

/** A greeting with the bytes as they came. */
export interface ReceivedGreeting extends ServerGreeting {
  readonly bytes: Buffer;
}

/**
 * Waits for the sshd that greets on the port, introduces us, and waits for its KEXINIT. Nothing else may be said before:
 * what is sent while no sshd has the port open is lost. Afterwards the port is paused.
 *
 * @throws {ControllerError} `CONTROLLER_NO_GREETING` when the port ends; `RuntimeError` for time-out and cancellation.
 */
export async function readGreeting(
  port: Duplex,
  wait: WaitOptions = {},
): Promise<ReceivedGreeting> {
  return withDeadline(
    "wait for the controller's sshd",
    (signal) =>
      new Promise<ReceivedGreeting>((resolve, reject) => {
        let bytes = Buffer.alloc(0);
        let introduced = false;
        const stop = (): void => {
          port.off("data", onData);
          port.off("close", onClose);
          port.off("end", onClose);
          signal.removeEventListener("abort", stop);
          port.pause();
        };
        const onData = (chunk: Buffer): void => {
          bytes = Buffer.concat([bytes, chunk]);
          const found = parseGreeting(bytes);
          if (found.ident && !introduced) {
            introduced = true;
            port.write(`${CLIENT_IDENT}\r\n`);
          }
          if (found.greeting === undefined) {
            if (bytes.byteLength > MAX_REST) fail("what comes out of the port is no SSH");
            return;
          }
          stop();
          resolve(found.greeting);
        };
        const fail = (happened: string): void => {
          stop();
          reject(
            new ControllerError({
              code: "CONTROLLER_NO_GREETING",
              asked: "wait for the controller's sshd",
              happened,
              hint: "the controller's console log tells how far it came",
            }),
          );
        };
        const onClose = (): void => fail("the port closed before it greeted");
        port.on("data", onData);
        port.on("close", onClose);
        port.on("end", onClose);
        signal.addEventListener("abort", stop, { once: true });
        if (port.destroyed || port.readableEnded) onClose();
        else port.resume();
      }),
    wait,
  );
}

/** Pure: looks for a greeting in what has come so far. */
export function parseGreeting(bytes: Buffer): {
  readonly ident: boolean;
  readonly greeting?: ReceivedGreeting;
} {
  const match = IDENT.exec(bytes.toString("latin1"));
  if (match === null) return { ident: false };
  const start = match.index + match[0].length;
  if (bytes.byteLength < start + 6) return { ident: true };
  const length = bytes.readUInt32BE(start);
  const end = start + 4 + length;
  if (bytes.byteLength < end) return { ident: true };
  const padding = bytes.readUInt8(start + 4);
  return {
    ident: true,
    greeting: {
      ident: match[0].slice(0, -2),
      kexInit: Buffer.from(bytes.subarray(start + 5, end - padding)),
      bytes: Buffer.from(bytes.subarray(match.index)),
    },
  };
}
