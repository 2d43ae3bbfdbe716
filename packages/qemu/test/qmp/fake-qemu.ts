import { duplexPair, type Duplex } from "node:stream";
import { connectQmp } from "../../src/qmp/connect.ts";
import type { QmpSession } from "../../src/qmp/session.ts";

/** A command as the peer received it. */
export interface ReceivedCommand {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly id: number;
}

/** What the peer says to a command: messages, or raw text. */
export type Answer = (command: ReceivedCommand) => readonly (object | string)[];

/** How the peer's bytes are cut: at one place of the whole stream, at each byte, or never. */
export type Cut = { readonly at: number } | "each" | "never";

export const greeting = {
  QMP: {
    version: { qemu: { major: 7, minor: 2, micro: 22 }, package: "é" },
    capabilities: ["oob"],
  },
};

/**
 * The other end of a QMP session, for what a real QEMU can't be made to do: to cut its bytes at a given place, or to
 * say the wrong thing.
 */
export class FakeQemu {
  /** The client's end. */
  readonly stream: Duplex;
  readonly received: ReceivedCommand[] = [];
  sentBytes = 0;
  readonly #peer: Duplex;
  readonly #cut: Cut;

  constructor(answer: Answer, cut: Cut = "never") {
    const [client, peer] = duplexPair();
    this.stream = client;
    this.#peer = peer;
    this.#cut = cut;
    peer.on("error", () => {});
    let rest = "";
    peer.setEncoding("utf8");
    peer.on("data", (text: string) => {
      const lines = (rest + text).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const command = JSON.parse(line) as ReceivedCommand;
        this.received.push(command);
        this.say(...answer(command));
      }
    });
  }

  /** All in one chunk, but for the cut. */
  say(...messages: readonly (object | string)[]): void {
    const text = messages.map((message) =>
      typeof message === "string" ? message : `${JSON.stringify(message)}\r\n`,
    );
    const bytes = Buffer.from(text.join(""));
    const start = this.sentBytes;
    this.sentBytes += bytes.length;
    for (const part of parts(bytes, start, this.#cut)) this.#peer.write(part);
  }

  hangUp(): void {
    this.#peer.end();
  }

  fail(error: Error): void {
    this.stream.destroy(error);
  }
}

function parts(bytes: Buffer, start: number, cut: Cut): readonly Buffer[] {
  if (cut === "never" || bytes.length === 0) return bytes.length === 0 ? [] : [bytes];
  if (cut === "each") return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
  const place = cut.at - start;
  if (place <= 0 || place >= bytes.length) return [bytes];
  return [bytes.subarray(0, place), bytes.subarray(place)];
}

/** An answer for `qmp_capabilities`; all else is answered by the given function. */
export function negotiating(answer: Answer): Answer {
  return (command) =>
    command.execute === "qmp_capabilities" ? [{ return: {}, id: command.id }] : answer(command);
}

/** A negotiated session with a peer. */
export async function fakeSession(
  answer: Answer = ({ id }) => [{ return: {}, id }],
  cut: Cut = "never",
): Promise<{ readonly qemu: FakeQemu; readonly session: QmpSession }> {
  const qemu = new FakeQemu(negotiating(answer), cut);
  qemu.say(greeting);
  return { qemu, session: await connectQmp(qemu.stream) };
}

/**
 * Plays a scene with the peer's stream uncut, cut at each byte boundary, and cut everywhere.
 *
 * @param scene plays once; gives back how many bytes the peer sent
 * @returns how many cuts were tried
 */
export async function atEveryCut(scene: (cut: Cut) => Promise<number>): Promise<number> {
  const bytes = await scene("never");
  for (let at = 1; at < bytes; at += 1) await scene({ at });
  await scene("each");
  return bytes + 1;
}
