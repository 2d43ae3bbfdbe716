import type { Duplex } from "node:stream";
import { poll, withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";

/** How long one attempt may hang before the next one is made beside it. */
const ATTEMPT_MS = 3000;

/**
 * Makes connections until one gets the answer that is waited for. A refusal is followed by the next attempt after 100 ms; an
 * attempt that neither fails nor succeeds (the other machine isn't on the network yet) is left behind.
 */
export async function untilAnswered(
  asked: string,
  connect: () => Promise<Duplex>,
  answers: (socket: Duplex) => Promise<boolean>,
  wait: WaitOptions,
): Promise<void> {
  await poll(
    asked,
    async (_attempt, signal) => {
      const attempt = connect().then(answers);
      // One that was left behind may fail later; nobody minds.
      attempt.catch(() => {});
      try {
        const good = await withDeadline(asked, () => attempt, { signal, timeoutMs: ATTEMPT_MS });
        return good ? true : undefined;
      } catch (error) {
        if (signal.aborted || isFinal(error)) throw error;
        return undefined;
      }
    },
    { ...wait, intervalMs: 100 },
  );
}

function isFinal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "CONTROLLER_CONNECTION_LOST";
}

/** Whether an SSH server greets on a fresh connection, which is closed afterwards. */
export function greetsAsSsh(socket: Duplex): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    if (text.length >= 4) resolve(text.startsWith("SSH-"));
  });
  for (const event of ["end", "close", "error"]) socket.once(event, () => resolve(false));
  return promise.finally(() => socket.destroy());
}
