import { expect, test } from "vitest";
import { WINDOW } from "../../src/protocol/channel.ts";
import { SshConnection } from "../../src/protocol/connection.ts";
import { MSG } from "../../src/protocol/messages.ts";
import { guestLost, resumeProxy } from "../../src/protocol/mux.ts";
import { packet } from "../../src/protocol/wire.ts";
import { socketPair } from "../socket-pair.ts";

/** Confirms the channel that is opened, with number 0 on both sides, and then sends this much to it unasked. */
async function flood(bytes: number, message: "data" | "errors") {
  const [near, far] = await socketPair();
  const connection = new SshConnection(resumeProxy(near), guestLost);
  const server = resumeProxy(far);
  const opened = connection.open("session");
  const limits = [{ uint32: WINDOW }, { uint32: 32_768 }] as const;
  server.send(
    packet({ byte: MSG.CHANNEL_OPEN_CONFIRMATION }, { uint32: 0 }, { uint32: 0 }, ...limits),
  );
  const channel = await opened;
  const kind =
    message === "data"
      ? [{ byte: MSG.CHANNEL_DATA }, { uint32: 0 }]
      : [{ byte: MSG.CHANNEL_EXTENDED_DATA }, { uint32: 0 }, { uint32: 1 }];
  for (let left = bytes; left > 0; left -= 32_768) {
    const [first, ...rest] = kind;
    const data = Buffer.alloc(Math.min(left, 32_768));
    server.send(packet(first ?? { byte: 0 }, ...rest, { string: data }));
  }
  return { connection, channel };
}

test.each(["data", "errors"] as const)(
  "%s beyond what was granted end the connection, and are not held",
  async (message) => {
    const { connection, channel } = await flood(16 * WINDOW, message);
    expect(await connection.closed).toMatchObject({
      code: "CONTROLLER_GUEST_LOST",
      happened: "more data came for channel 0 than it takes",
    });
    expect(await channel.exited).toBeUndefined();
    expect(channel.readableLength + channel.stderr.readableLength).toBeLessThanOrEqual(2 * WINDOW);
  },
);

test("a sender may use all of its window while nobody reads", async () => {
  const { channel } = await flood(WINDOW, "data");
  await expect.poll(() => channel.readableLength).toBe(WINDOW);
});
