import { createConnection } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "@winvm/test-kit";
import { poll, runProgram } from "@winvm/runtime";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectQmp } from "../../src/qmp/connect.ts";
import { startQemu } from "./real-qemu.ts";

/** A machine that is built but never runs a guest's instruction, unless told to. */
const paused = ["-machine", "q35", "-accel", "tcg", "-m", "16", "-S"];

describe("a session with the installed QEMU", { tags: ["host"] }, () => {
  test("negotiates and answers over an inherited socket", async (context) => {
    const { channel } = await startQemu(context, "-machine", "none");
    await using qmp = await connectQmp(channel);
    const version = await qmp.execute("query-version");
    expect(version).toEqual(qmp.greeting.version);
    expect(await qmp.execute("query-status")).toMatchObject({ status: expect.any(String) });
  });

  test("stays in step after an empty answer", async (context) => {
    const { channel } = await startQemu(context, ...paused);
    await using qmp = await connectQmp(channel);
    const [empty, name, text, status] = await Promise.all([
      qmp.execute("human-monitor-command", { "command-line": "stop" }),
      qmp.execute("query-name"),
      qmp.execute("human-monitor-command", { "command-line": "info status" }),
      qmp.execute("query-status"),
    ]);
    expect(empty).toBe("");
    expect(name).toEqual({});
    expect(text).toMatch(/^VM status: paused/);
    expect(status).toMatchObject({ running: false, status: "prelaunch" });
  });

  test("reads the schema: one line of 200,000 bytes, asked for twice at once", async (context) => {
    const { channel } = await startQemu(context, "-machine", "none");
    await using qmp = await connectQmp(channel);
    const [first, second] = await Promise.all([
      qmp.execute("query-qmp-schema"),
      qmp.execute("query-qmp-schema"),
    ]);
    expect(first.length).toBeGreaterThan(900);
    expect(second).toEqual(first);
  });

  test("hears events with data and time, before the answer to what caused them", async (context) => {
    const { channel } = await startQemu(context, ...paused);
    await using qmp = await connectQmp(channel);
    const order: string[] = [];
    qmp.onAny(({ event }) => order.push(event));
    const resumed = qmp.nextEvent("RESUME");
    await qmp.execute("cont").then(() => order.push("answer to cont"));
    await qmp.execute("stop").then(() => order.push("answer to stop"));
    expect(order).toEqual(["RESUME", "answer to cont", "STOP", "answer to stop"]);
    const { timestamp } = await resumed;
    expect(Math.abs(timestamp.seconds - Date.now() / 1000)).toBeLessThan(60);
    const reset = qmp.nextEvent("RESET");
    await qmp.execute("system_reset");
    expect(await reset).toMatchObject({ data: { guest: false, reason: "host-qmp-system-reset" } });
  });

  test("keeps the class of errors", async (context) => {
    const { channel } = await startQemu(context, ...paused);
    await using qmp = await connectQmp(channel);
    await expect(qmp.executeAny("no-such-command")).rejects.toMatchObject({
      code: "QEMU_QMP_COMMAND_FAILED",
      data: { class: "CommandNotFound", command: "no-such-command" },
    });
    await expect(qmp.execute("device_del", { id: "ghost" })).rejects.toMatchObject({
      data: { class: "DeviceNotFound", desc: "Device 'ghost' not found" },
    });
    await expect(qmp.executeAny("qom-list")).rejects.toMatchObject({
      data: { class: "GenericError", desc: "Parameter 'path' is missing" },
    });
    await expect(qmp.execute("query-name")).resolves.toEqual({});
  });

  test("text of all kinds arrives as it was sent", async (context) => {
    const { channel } = await startQemu(context, ...paused);
    await using qmp = await connectQmp(channel);
    for (const id of ["ü", "日本", "😀", 'a\\b"c', "tab\t"]) {
      await expect(qmp.execute("device_del", { id })).rejects.toMatchObject({
        data: { desc: `Device '${id}' not found` },
      });
    }
  });

  test("tells how QEMU ends: answer, event, end of the session", async (context) => {
    const { qemu, channel } = await startQemu(context, ...paused);
    const qmp = await connectQmp(channel);
    const shutdown = qmp.nextEvent("SHUTDOWN");
    const waiting = qmp.nextEvent("RESUME");
    await expect(qmp.execute("quit")).resolves.toEqual({});
    await expect(shutdown).resolves.toMatchObject({
      data: { guest: false, reason: "host-qmp-quit" },
    });
    await qmp.closed;
    await expect(waiting).rejects.toMatchObject({ code: "QEMU_QMP_CLOSED" });
    expect(await qemu.exited).toEqual({ code: 0, signal: null });
  });

  test("a QEMU that is killed fails what is pending", async (context) => {
    const { qemu, channel } = await startQemu(context, ...paused);
    const qmp = await connectQmp(channel);
    // Stopped, so that the command stays without an answer.
    process.kill(qemu.pid, "SIGSTOP");
    const pending = qmp.execute("query-status");
    process.kill(qemu.pid, "SIGKILL");
    await expect(pending).rejects.toMatchObject({
      code: "QEMU_QMP_CLOSED",
      data: { command: "query-status" },
    });
    await qmp.closed;
  });

  test("a QEMU that does not start is reported as one that does not greet", async (context) => {
    const { channel } = await startQemu(context, "-machine", "no-such-machine");
    await expect(connectQmp(channel)).rejects.toMatchObject({ code: "QEMU_QMP_NO_GREETING" });
  });

  test("a QEMU that waits for its machine has few commands", async (context) => {
    const { channel } = await startQemu(context, "-machine", "none", "--preconfig");
    await using qmp = await connectQmp(channel);
    expect(await qmp.execute("query-status")).toMatchObject({ status: "prelaunch" });
    await expect(qmp.execute("query-cpus-fast")).rejects.toMatchObject({
      code: "QEMU_QMP_COMMAND_FAILED",
      data: { command: "query-cpus-fast" },
    });
    await qmp.executeAny("x-exit-preconfig");
    await expect(qmp.execute("query-cpus-fast")).resolves.toEqual([]);
  });

  test("a second client is told to wait no longer than its limit", async (context) => {
    const socket = join(temporaryDirectory(), "qmp");
    await startQemu(context, "-machine", "none", "-qmp", `unix:${socket},server=on,wait=off`);
    const dial = async (): Promise<ReturnType<typeof createConnection>> => {
      const stream = createConnection(socket);
      onTestFinished(() => void stream.destroy());
      await once(stream, "connect");
      return stream;
    };
    const first = await poll(
      "reach the monitor",
      () =>
        dial()
          .then((stream) => connectQmp(stream))
          .catch(() => undefined),
      { intervalMs: 20, timeoutMs: 10_000 },
    );
    await expect(connectQmp(await dial(), { timeoutMs: 200 })).rejects.toMatchObject({
      code: "QEMU_QMP_NO_GREETING",
      hint: expect.stringContaining("other client"),
    });
    await expect(first.execute("query-name")).resolves.toEqual({});
    const third = connectQmp(await dial());
    await first.close();
    await using session = await third;
    await expect(session.execute("query-name")).resolves.toEqual({});
  });

  test("features say what this QEMU has", async (context) => {
    const { channel } = await startQemu(context, "-machine", "none");
    await using qmp = await connectQmp(channel);
    await expect(qmp.hasCommand("migrate-incoming")).resolves.toBe(true);
    await expect(qmp.hasCommand("x-launch-missiles")).resolves.toBe(false);
    await expect(qmp.hasMember("screendump", "arguments", "filename")).resolves.toBe(true);
    const features = await qmp.features();
    expect(
      features.valuesOf("migrate-set-capabilities", "arguments", "capabilities.capability"),
    ).toContain("x-ignore-shared");
  });

  test("a process with a session prints no warning and ends by itself", async () => {
    const program = `
      import { connectQmp } from ${JSON.stringify(fileURLToPath(new URL("../../src/qmp/connect.ts", import.meta.url)))};
      import { duplexPair } from "node:stream";
      const [ours, theirs] = duplexPair();
      theirs.on("data", () => theirs.write('{"return": {}, "id": 1}\\r\\n'));
      theirs.write(${JSON.stringify('{"QMP": {"version": {"qemu": {"major": 7, "minor": 2, "micro": 0}, "package": ""}, "capabilities": []}}\r\n')});
      const session = await connectQmp(ours);
      console.log(session.greeting.version.qemu.major);
      // Left open: nothing of the session may hold the process.
    `;
    const args = [
      "--throw-deprecation",
      "--conditions=@winvm/source",
      "--input-type=module",
      "-e",
      program,
    ];
    const { stdout, stderr } = await runProgram(process.execPath, args, { timeoutMs: 20_000 });
    expect(stdout).toBe("7\n");
    expect(stderr).toBe("");
  });
});
