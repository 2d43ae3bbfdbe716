/**
 * The known faults of npm qemu-qmp 0.5.0, one test for each: none reaches a session. Each scene is played with the
 * peer's bytes cut at every boundary.
 */
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { connectQmp } from "../../src/qmp/connect.ts";
import { QemuError } from "../../src/errors.ts";
import { atEveryCut, FakeQemu, fakeSession, greeting, negotiating } from "./fake-qemu.ts";

const timestamp = { seconds: 1_700_000_000, microseconds: 5 };

// From the start: Node warns once only.
const warnings: Error[] = [];
process.on("warning", (warning) => warnings.push(warning));

/** How many sockets and pipes libuv has. */
async function handles(): Promise<number> {
  // libuv closes handles at the end of a turn.
  await nextTurn();
  await nextTurn();
  return process.getActiveResourcesInfo().filter((name) => /TCP|Pipe/.test(name)).length;
}

// Hundreds of sessions each: more than the usual limit on a busy machine.
describe("faults of qemu-qmp that stay without effect", { timeout: 60_000 }, () => {
  test("takes the first chunk for the greeting, whatever is in it", async () => {
    const early = { event: "STOP", timestamp };
    const cuts = await atEveryCut(async (cut) => {
      const qemu = new FakeQemu(
        negotiating(() => []),
        cut,
      );
      // Blank line, greeting, and more, in one chunk or in pieces.
      qemu.say("\r\n", greeting, early, early);
      await using session = await connectQmp(qemu.stream);
      expect(session.greeting).toEqual(greeting.QMP);
      expect(qemu.received).toEqual([{ execute: "qmp_capabilities", id: 1 }]);
      return qemu.sentBytes;
    });
    expect(cuts).toBeGreaterThan(200);
  });

  test("lets the greeting overwrite its own members", async () => {
    await atEveryCut(async (cut) => {
      const qemu = new FakeQemu(
        negotiating(({ id }) => [{ return: {}, id }]),
        cut,
      );
      qemu.say({ QMP: { ...greeting.QMP, write: 1, pipe: 2, execute: 3, emit: 4 } });
      await using session = await connectQmp(qemu.stream);
      expect(session.greeting).toEqual(greeting.QMP);
      await expect(session.execute("stop")).resolves.toEqual({});
      return qemu.sentBytes;
    });
  });

  test("pairs answers with commands by their order", async () => {
    await atEveryCut(async (cut) => {
      const ids: number[] = [];
      const { qemu, session } = await fakeSession(({ id }) => {
        ids.push(id);
        if (ids.length < 3) return [];
        return ids.toReversed().map((each) => ({ return: { status: `answer ${each}` }, id: each }));
      }, cut);
      const answers = await Promise.all([1, 2, 3].map(() => session.execute("query-status")));
      expect(answers.map(({ status }) => status)).toEqual(ids.map((id) => `answer ${id}`));
      await session.close();
      return qemu.sentBytes;
    });
  });

  test("overlooks an answer that is false, empty or nothing", async () => {
    await atEveryCut(async (cut) => {
      const values = ["", 0, false, null, "last"];
      const { qemu, session } = await fakeSession(
        ({ id, arguments: args }) => [{ return: values[Number(args?.["index"])], id }],
        cut,
      );
      const answers = values.map((_, index) => session.executeAny("x", { index }));
      expect(await Promise.all(answers)).toEqual(values);
      await session.close();
      return qemu.sentBytes;
    });
  });

  test("drops an event's data and time", async () => {
    await atEveryCut(async (cut) => {
      const event = {
        event: "SHUTDOWN",
        data: { guest: true, reason: "guest-shutdown" },
        timestamp,
      };
      const { qemu, session } = await fakeSession(() => [event], cut);
      const shutdown = session.nextEvent("SHUTDOWN");
      session.executeAny("x").catch(() => {});
      expect(await shutdown).toEqual(event);
      await session.close();
      return qemu.sentBytes;
    });
  });

  test("loses the class of an error", async () => {
    await atEveryCut(async (cut) => {
      const error = { class: "DeviceNotFound", desc: "Device 'ü' not found" };
      const { qemu, session } = await fakeSession(({ id }) => [{ id, error }], cut);
      await expect(session.execute("device_del", { id: "ü" })).rejects.toMatchObject({
        code: "QEMU_QMP_COMMAND_FAILED",
        happened: error.desc,
        data: { ...error, command: "device_del" },
      });
      await session.close();
      return qemu.sentBytes;
    });
  });

  test("raises events under names that streams use themselves", async () => {
    const names = ["RESUME", "PAUSE", "ERROR", "CLOSE", "END", "DATA", "DRAIN", "CONNECT"];
    await atEveryCut(async (cut) => {
      const { qemu, session } = await fakeSession(
        ({ id }) => [...names.map((event) => ({ event, timestamp })), { return: "", id }],
        cut,
      );
      const heard: string[] = [];
      session.onAny(({ event }) => heard.push(event));
      qemu.stream.on("resume", () => heard.push("the stream's resume"));
      expect(await session.executeAny("x")).toBe("");
      expect(heard).toEqual(names);
      await expect(session.executeAny("x")).resolves.toBe("");
      await session.close();
      return qemu.sentBytes;
    });
  });

  test("says that it is connected before the negotiation has ended", async () => {
    await atEveryCut(async (cut) => {
      const error = { class: "GenericError", desc: "not now" };
      const qemu = new FakeQemu(({ id }) => [{ error, id }], cut);
      qemu.say(greeting);
      await expect(connectQmp(qemu.stream)).rejects.toMatchObject({
        code: "QEMU_QMP_COMMAND_FAILED",
        data: { ...error, command: "qmp_capabilities" },
      });
      expect(qemu.stream.destroyed).toBe(true);
      return qemu.sentBytes;
    });
  });

  test("leaves what is pending without an end when the connection closes", async () => {
    await atEveryCut(async (cut) => {
      const { qemu, session } = await fakeSession(() => {
        // Half an answer.
        queueMicrotask(() => qemu.hangUp());
        return ['{"return": {}, "id'];
      }, cut);
      const pending = [
        session.execute("query-status"),
        session.nextEvent("RESUME"),
        session.executeAny("quit"),
      ];
      const outcomes = await Promise.allSettled(pending);
      await session.closed;
      expect(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason)).toEqual([
        expect.objectContaining({ code: "QEMU_QMP_CLOSED", data: { command: "query-status" } }),
        expect.objectContaining({ code: "QEMU_QMP_CLOSED", data: { event: "RESUME" } }),
        expect.objectContaining({ code: "QEMU_QMP_CLOSED", data: { command: "quit" } }),
      ]);
      return qemu.sentBytes;
    });
  });

  test("removes the error listeners of others", async () => {
    const qemu = new FakeQemu(negotiating(() => []));
    const errors: unknown[] = [];
    qemu.stream.on("error", (error) => errors.push(error));
    qemu.say(greeting);
    const session = await connectQmp(qemu.stream);
    const cause = new Error("cable cut");
    const answer = session.execute("stop");
    qemu.fail(cause);
    await expect(answer).rejects.toMatchObject({ code: "QEMU_QMP_CLOSED", cause });
    expect(errors).toEqual([cause]);
  });

  test("ends the connection at a blank line", async () => {
    await atEveryCut(async (cut) => {
      const { qemu, session } = await fakeSession(
        ({ id }) => ["\r\n\r\n", { return: { id }, id }, "\r\n"],
        cut,
      );
      expect(await session.executeAny("x")).toEqual({ id: 2 });
      expect(await session.executeAny("x")).toEqual({ id: 3 });
      await session.close();
      return qemu.sentBytes;
    });
  });

  test("throws into the stream when a line is no JSON", async () => {
    await atEveryCut(async (cut) => {
      const { qemu, session } = await fakeSession(() => ["{]\r\n"], cut);
      const failure = await session.execute("stop").catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "QEMU_QMP_CLOSED", cause: expect.any(QemuError) });
      expect((failure as QemuError).cause).toMatchObject({
        code: "QEMU_QMP_PROTOCOL",
        data: { line: "{]" },
      });
      await session.closed;
      return qemu.sentBytes;
    });
  });

  test("warns of a deprecation (DEP0060)", async () => {
    const before = process.noDeprecation;
    const { session } = await fakeSession();
    await session.close();
    await nextTurn();
    expect(warnings).toEqual([]);
    expect(process.noDeprecation).toBe(before);
  });

  test("is a socket, and so holds the process", async () => {
    const before = await handles();
    const { session } = await fakeSession();
    expect(await handles()).toBe(before);
    await session.close();
  });

  test("a session's stream is closed for both sides", async () => {
    const { qemu, session } = await fakeSession();
    const closed = once(qemu.stream, "close");
    await session.close();
    await closed;
    expect(qemu.stream.destroyed).toBe(true);
  });
});
