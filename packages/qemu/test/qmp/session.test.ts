import { once } from "node:events";
import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { connectQmp } from "../../src/qmp/connect.ts";
import type { QmpEvent, QmpReturn } from "../../src/qmp/types.ts";
import { FakeQemu, fakeSession, greeting, negotiating } from "./fake-qemu.ts";

const timestamp = { seconds: 1, microseconds: 2 };

describe("begin", () => {
  test("a peer that says nothing is given up on", async () => {
    const qemu = new FakeQemu(() => []);
    await expect(connectQmp(qemu.stream, { timeoutMs: 20 })).rejects.toMatchObject({
      code: "QEMU_QMP_NO_GREETING",
      cause: { code: "RUNTIME_TIMEOUT" },
      data: { timeoutMs: 20 },
    });
    expect(qemu.stream.destroyed).toBe(true);
  });

  test("a peer that greets but does not negotiate is given up on", async () => {
    const qemu = new FakeQemu(() => []);
    qemu.say(greeting);
    await expect(connectQmp(qemu.stream, { timeoutMs: 20 })).rejects.toMatchObject({
      code: "QEMU_QMP_NO_GREETING",
    });
    expect(qemu.received).toMatchObject([{ execute: "qmp_capabilities" }]);
  });

  test.for([
    ["the end of the stream", []],
    ["a human monitor", ["QEMU 7.2.22 monitor - type 'help' for more information\r\n"]],
    ["an answer", [{ return: {} }]],
    ["an event", [{ event: "STOP", timestamp }]],
    ["half a greeting", ['{"QMP": {"version"']],
    ["a greeting without a version", [{ QMP: { capabilities: [] } }]],
    ["an array", [[greeting]]],
  ] as const)("is refused with %s first", async ([, messages]) => {
    const qemu = new FakeQemu(negotiating(() => []));
    qemu.say(...messages);
    qemu.hangUp();
    await expect(connectQmp(qemu.stream)).rejects.toMatchObject({ code: "QEMU_QMP_NO_GREETING" });
    expect(qemu.stream.destroyed).toBe(true);
  });

  test("a stream that has ended before is refused at once", async () => {
    const stream = new PassThrough();
    stream.destroy();
    await once(stream, "close");
    await expect(connectQmp(stream)).rejects.toMatchObject({ code: "QEMU_QMP_NO_GREETING" });
  });

  test("can be cancelled", async () => {
    const qemu = new FakeQemu(() => []);
    const controller = new AbortController();
    const session = connectQmp(qemu.stream, { signal: controller.signal });
    controller.abort();
    await expect(session).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    expect(qemu.stream.destroyed).toBe(true);
  });
});

describe("commands", () => {
  test("carry ids of their own and are sent when execute returns", async () => {
    const { qemu, session } = await fakeSession();
    const answers = [session.execute("stop"), session.execute("eject", { id: "cd0" })];
    await Promise.all(answers);
    expect(qemu.received).toEqual([
      { execute: "qmp_capabilities", id: 1 },
      { execute: "stop", id: 2 },
      { execute: "eject", arguments: { id: "cd0" }, id: 3 },
    ]);
  });

  test("answers with unknown ids, of other types, or given twice are dropped", async () => {
    const { session } = await fakeSession(({ id }) => [
      { return: "unknown", id: 99 },
      { return: "text", id: String(id) },
      { return: "none" },
      { error: { class: "GenericError", desc: "unknown" }, id: 98 },
      { return: "right", id },
      { return: "twice", id },
    ]);
    await expect(session.executeAny("x")).resolves.toBe("right");
    await expect(session.executeAny("x")).resolves.toBe("right");
  });

  test("an error without id is for the oldest", async () => {
    const { session } = await fakeSession(({ id, execute }) =>
      execute === "second"
        ? [{ error: { class: "GenericError", desc: "no" } }, { return: "second", id }]
        : [],
    );
    const first = session.executeAny("first");
    const second = session.executeAny("second");
    await expect(first).rejects.toMatchObject({
      data: { command: "first", class: "GenericError" },
    });
    await expect(second).resolves.toBe("second");
  });

  test("an error without id and without a command is dropped", async () => {
    const { qemu, session } = await fakeSession();
    qemu.say({ error: { class: "GenericError", desc: "JSON parse error" } });
    await expect(session.execute("stop")).resolves.toEqual({});
  });

  test("an answer that comes after the limit is nobody's, and disturbs nothing", async () => {
    const late: number[] = [];
    const { qemu, session } = await fakeSession(({ id, execute }) => {
      if (execute !== "slow") return [{ return: execute, id }];
      late.push(id);
      return [];
    });
    await expect(session.executeAny("slow", {}, { timeoutMs: 5 })).rejects.toMatchObject({
      code: "RUNTIME_TIMEOUT",
    });
    const controller = new AbortController();
    const cancelled = session.executeAny("slow", {}, { signal: controller.signal });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    qemu.say(...late.map((id) => ({ return: "late", id })));
    await expect(session.executeAny("next")).resolves.toBe("next");
  });

  test("a signal that fired before keeps the command from being sent", async () => {
    const { qemu, session } = await fakeSession();
    const wait = { signal: AbortSignal.abort() };
    await expect(session.execute("quit", {}, wait)).rejects.toMatchObject({
      code: "RUNTIME_ABORTED",
    });
    expect(qemu.received).toHaveLength(1);
  });

  test("arguments that are no JSON are refused, and leave nothing behind", async () => {
    const { session } = await fakeSession();
    await expect(session.executeAny("x", { big: 1n })).rejects.toThrow(TypeError);
    await expect(session.execute("stop")).resolves.toEqual({});
  });

  test("a line of 300,000 bytes arrives", async () => {
    const long = "ö".repeat(150_000);
    const { session } = await fakeSession(({ id }) => [{ return: long, id }], { at: 100_001 });
    await expect(session.executeAny("x")).resolves.toBe(long);
  });

  test("any answers in any order, with any events between, find their owners", async () => {
    const plan = fc.array(
      fc.record({ fails: fc.boolean(), value: fc.jsonValue(), order: fc.nat() }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(1500), async (commands, at) => {
        const ids: number[] = [];
        const { qemu, session } = await fakeSession(
          ({ id }) => {
            ids.push(id);
            return [];
          },
          { at },
        );
        const answers = Promise.allSettled(
          commands.map((_, index) => session.executeAny(`c${index}`)),
        );
        await nextTurn();
        const order = commands
          .map((_, index) => index)
          .toSorted((a, b) => (commands[a]?.order ?? 0) - (commands[b]?.order ?? 0));
        for (const index of order) {
          const { fails = false, value = null } = commands[index] ?? {};
          const id = ids[index];
          const failure = { class: "GenericError", desc: `c${index}` };
          qemu.say(
            { event: "E", data: value, timestamp },
            fails ? { error: failure, id } : { return: value, id },
          );
        }
        const found = (await answers).map((each) =>
          each.status === "fulfilled" ? each.value : (each.reason as Error).message,
        );
        expect(found).toEqual(
          commands.map(({ fails, value }, index) =>
            fails ? `QMP command c${index}: c${index}` : JSON.parse(JSON.stringify(value)),
          ),
        );
        await session.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe("events", () => {
  test("that come before the command's answer are not missed", async () => {
    const { session } = await fakeSession(({ id }) => [
      { event: "RESUME", timestamp },
      { return: {}, id },
    ]);
    const resumed = session.nextEvent("RESUME");
    await session.execute("cont");
    await expect(resumed).resolves.toEqual({ event: "RESUME", data: {}, timestamp });
  });

  test("are chosen by their data", async () => {
    const { qemu, session } = await fakeSession();
    const end = session.nextEvent("MIGRATION", { where: ({ status }) => status === "completed" });
    for (const status of ["setup", "active", "completed"]) {
      qemu.say({ event: "MIGRATION", data: { status }, timestamp });
    }
    await expect(end).resolves.toMatchObject({ data: { status: "completed" } });
  });

  test("a condition that throws fails its own wait only", async () => {
    const { qemu, session } = await fakeSession();
    const broken = session.nextEvent("STOP", {
      where: () => {
        throw new RangeError("mine");
      },
    });
    const fine = session.nextEvent("STOP");
    qemu.say({ event: "STOP", timestamp });
    await expect(broken).rejects.toThrow(RangeError);
    await expect(fine).resolves.toMatchObject({ event: "STOP" });
    await expect(session.execute("stop")).resolves.toEqual({});
  });

  test("one wait takes one event, and ends by limit and signal", async () => {
    const { qemu, session } = await fakeSession();
    const controller = new AbortController();
    const limited = session.nextEvent("STOP", { timeoutMs: 5 });
    await expect(limited).rejects.toMatchObject({ code: "RUNTIME_TIMEOUT" });
    const cancelled = session.nextEvent("STOP", { signal: controller.signal });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    const first = session.nextEvent("STOP");
    qemu.say(
      { event: "STOP", timestamp },
      { event: "STOP", timestamp: { seconds: 9, microseconds: 9 } },
    );
    await expect(first).resolves.toMatchObject({ timestamp });
  });

  test("listeners hear each, until they leave; unknown names are heard by onAny", async () => {
    const { qemu, session } = await fakeSession();
    const heard: string[] = [];
    const leave = session.on("STOP", ({ event }) => heard.push(`on ${event}`));
    session.onAny(({ event, data }) => heard.push(`any ${event} ${JSON.stringify(data)}`));
    qemu.say({ event: "STOP", timestamp }, { event: "__proto__", data: [1], timestamp });
    await session.execute("stop");
    leave();
    qemu.say({ event: "STOP", timestamp });
    await session.execute("stop");
    expect(heard).toEqual(["on STOP", "any STOP {}", "any __proto__ [1]", "any STOP {}"]);
  });

  test("a listener that fails is warned of, and harms nobody", async () => {
    const warnings: string[] = [];
    const listen = ({ name, message }: Error): void => void warnings.push(`${name}: ${message}`);
    process.on("warning", listen);
    const { qemu, session } = await fakeSession();
    session.on("STOP", () => {
      throw new Error("listener one");
    });
    // oxlint-disable-next-line typescript/no-misused-promises -- what happens then is what is tested
    session.on("STOP", async () => {
      await nextTurn();
      throw new Error("listener two");
    });
    const other = session.nextEvent("STOP");
    const last: string[] = [];
    session.onAny(({ event }) => last.push(event));
    qemu.say({ event: "STOP", timestamp });
    await other;
    await expect(session.execute("stop")).resolves.toEqual({});
    await expect.poll(() => warnings.length).toBe(2);
    process.off("warning", listen);
    expect(last).toEqual(["STOP"]);
    expect(warnings[0]).toMatch(/^QmpListenerWarning: a listener of STOP failed: .*listener one/);
    expect(warnings[1]).toMatch(/listener two/);
  });
});

describe("end", () => {
  test("closing twice, and after the peer has gone, is fine", async () => {
    const { qemu, session } = await fakeSession();
    await Promise.all([session.close(), session.close()]);
    await session.close();
    await session[Symbol.asyncDispose]();
    await session.closed;
    qemu.say({ return: {}, id: 2 });
    expect(qemu.stream.destroyed).toBe(true);
  });

  test("what comes later fails at once and says what it was", async () => {
    const { session } = await fakeSession();
    await session.close();
    await expect(session.execute("stop")).rejects.toMatchObject({
      code: "QEMU_QMP_CLOSED",
      message: "QMP command stop: the session was closed",
      data: { command: "stop" },
    });
    await expect(session.nextEvent("STOP")).rejects.toMatchObject({
      code: "QEMU_QMP_CLOSED",
      data: { event: "STOP" },
    });
    await expect(session.features()).rejects.toMatchObject({ code: "QEMU_QMP_CLOSED" });
  });

  test("a wait for an event that nobody looks at is no unhandled rejection", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const { session } = await fakeSession();
    void session.nextEvent("RESUME");
    await session.close();
    await nextTurn();
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
  });

  test("answers and events in the last chunk count", async () => {
    const { qemu, session } = await fakeSession(({ id }) => {
      queueMicrotask(() => qemu.hangUp());
      return [
        { return: {}, id },
        { event: "SHUTDOWN", data: { guest: false, reason: "host-qmp-quit" }, timestamp },
      ];
    });
    const shutdown = session.nextEvent("SHUTDOWN");
    await expect(session.execute("quit")).resolves.toEqual({});
    await expect(shutdown).resolves.toMatchObject({ data: { reason: "host-qmp-quit" } });
    await session.closed;
  });

  test("closing from within a listener drops what was to follow", async () => {
    const { qemu, session } = await fakeSession();
    const heard: string[] = [];
    session.onAny(({ event }) => {
      heard.push(event);
      void session.close();
    });
    qemu.say({ event: "STOP", timestamp }, { event: "RESUME", timestamp });
    await session.closed;
    expect(heard).toEqual(["STOP"]);
  });
});

test("types follow the command and the event", async () => {
  const { session } = await fakeSession();
  expectTypeOf(session.execute("query-status")).resolves.toHaveProperty("running").toBeBoolean();
  expectTypeOf(
    session.execute("human-monitor-command", { "command-line": "" }),
  ).resolves.toBeString();
  expectTypeOf<QmpReturn<"stop">>().toEqualTypeOf<Readonly<Record<string, never>>>();
  expectTypeOf<QmpEvent<"SHUTDOWN">["data"]["guest"]>().toBeBoolean();
  // @ts-expect-error -- there is no such command
  session.execute("eject-nothing").catch(() => {});
  // @ts-expect-error -- it has required arguments
  session.execute("device_del").catch(() => {});
  // @ts-expect-error -- it takes none
  session.execute("stop", { now: true }).catch(() => {});
  session.execute("device_add", { driver: "virtio-rng-pci", rng: "r0" }).catch(() => {});
});
