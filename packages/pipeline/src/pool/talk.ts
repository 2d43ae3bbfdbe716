import type { Socket } from "node:net";
import { Writable } from "node:stream";
import { encodeFrame, FrameReader, type Frame, type FrameKind } from "./frames.ts";
import { decodeMessage, encodeMessage, type FromPool, type ToPool } from "./messages.ts";

/** The kinds of frames that are not messages. */
type StreamKind = Exclude<FrameKind, "message">;

/** What comes over the connection. */
export type Heard<Message> =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: StreamKind; readonly payload: Uint8Array };

/** One end of the talk between a run and a pool. */
export interface Talk<Message extends ToPool | FromPool, Said extends ToPool | FromPool> {
  /** Ends with the connection; what is no frame ends it, too. */
  readonly heard: AsyncIterable<Heard<Message>>;
  say(message: Said): void;
  /** Resolves when the other end can take more. */
  send(kind: StreamKind, bytes: Uint8Array): Promise<void>;
  /** A stream whose bytes go to the other end as frames. */
  stream(kind: "stdout" | "stderr"): Writable;
  /** Settles when the connection is over. */
  readonly closed: Promise<void>;
  /** Settles when all that was said is on its way, or the connection is over. */
  end(): Promise<void>;
}

/** Speaks in frames over a connection. */
export function talkOver<Message extends ToPool | FromPool, Said extends ToPool | FromPool>(
  socket: Socket,
): Talk<Message, Said> {
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  // Whoever waits is told by the end of what is heard.
  socket.on("error", () => {});
  const write = (frame: Frame): Promise<void> =>
    new Promise((resolve) => {
      if (socket.destroyed || !socket.writable) resolve();
      else if (socket.write(encodeFrame(frame))) resolve();
      else {
        socket.once("drain", resolve);
        void closed.then(resolve);
      }
    });
  const send = (kind: StreamKind, payload: Uint8Array): Promise<void> => write({ kind, payload });
  return {
    heard: hear(socket),
    say: (message) => void write({ kind: "message", payload: encodeMessage(message) }),
    send,
    stream: (kind) =>
      // Whoever writes after its end writes for nobody.
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          const sent = async (): Promise<void> => {
            await send(kind, chunk);
            done();
          };
          void sent();
        },
      }).on("error", () => {}),
    closed,
    end: () => Promise.race([closed, new Promise<void>((resolve) => socket.end(resolve))]),
  };
}

async function* hear<Message extends ToPool | FromPool>(
  socket: Socket,
): AsyncGenerator<Heard<Message>> {
  const reader = new FrameReader();
  try {
    for await (const bytes of socket) {
      for (const frame of reader.push(bytes as Buffer)) {
        const { kind, payload } = frame;
        yield kind === "message"
          ? { kind, message: decodeMessage(payload) as Message }
          : { kind, payload };
      }
    }
  } catch {
    socket.destroy();
  }
}
