import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isProcessAlive, poll, processIdentity } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { startSwitch } from "../src/index.ts";
import { broadcastFrom, plug } from "./frames.ts";

describe("a real switch", { tags: ["host"] }, () => {
  beforeEach((context) => {
    requirePrograms(context, { vde_switch: "vde2", vde_plug: "vde2" });
    return () => vi.unstubAllEnvs();
  });

  test("is ready when it is returned, in a private directory", async () => {
    await using vde = await startSwitch();
    expect(existsSync(join(vde.socketDirectory, "ctl"))).toBe(true);
    expect(statSync(vde.socketDirectory).mode & 0o777).toBe(0o700);
    expect(statSync(join(vde.socketDirectory, "..")).mode & 0o777).toBe(0o700);
    const info = await vde.showInfo();
    expect(info.pid).toBe(vde.process.pid);
    expect(info.version).toMatch(/^\d/);
  });

  test("lists what is plugged in and learns addresses", async () => {
    await using vde = await startSwitch();
    expect(await vde.listPorts()).toEqual([]);
    expect(await vde.hashTable()).toEqual([]);
    await using plugged = await plug(vde.socketDirectory);
    plugged.stdin?.write(broadcastFrom("52:54:00:12:01:01"));
    const entry = await poll(
      "learn the address",
      async () => (await vde.hashTable()).find(({ mac }) => mac === "52:54:00:12:01:01"),
      { intervalMs: 20, timeoutMs: 10_000 },
    );
    const ports = await vde.listPorts();
    expect(ports).toHaveLength(1);
    expect(ports[0]).toMatchObject({
      number: entry.port,
      active: true,
      received: { frames: 1, bytes: 60 },
    });
    expect(ports[0]?.endpoints[0]?.description).toContain(`pid=${plugged.pid}`);
    await plugged.stop();
    await poll(
      "see the port go",
      async () => ((await vde.listPorts()).length === 0 ? true : undefined),
      { intervalMs: 20, timeoutMs: 10_000 },
    );
  });

  test("notices arrive between answers and are not taken for one", async () => {
    await using vde = await startSwitch();
    await vde.console("debug/add port/+");
    const { promise: seen, resolve } = Promise.withResolvers<string>();
    const off = vde.onNotice(({ text }) => resolve(text));
    await using plugged = await plug(vde.socketDirectory);
    const text = await plugged.whileAlive("see the notice", () => seen, { timeoutMs: 10_000 });
    off();
    expect(text).toContain("port/+");
    expect(await vde.listPorts()).toHaveLength(1);
  });

  test("options and hub mode have their effect", async () => {
    await using vde = await startSwitch({ ports: 3, hub: true, hashSize: 64 });
    expect(await vde.portSettings()).toEqual({ ports: 3, hub: true });
    await vde.setHub(false);
    expect(await vde.portSettings()).toEqual({ ports: 3, hub: false });
    expect((await vde.console("hash/showinfo")).lines).toContain("Hash size 64");
  });

  test("commands asked for at the same time are answered each by its own", async () => {
    await using vde = await startSwitch({ ports: 9 });
    const answers = await Promise.all([
      vde.showInfo(),
      vde.console("no/such").catch((error: unknown) => error),
      vde.portSettings(),
      vde.console("port/print 99").catch((error: unknown) => error),
      vde.listPorts(),
    ]);
    expect(answers).toMatchObject([
      { pid: vde.process.pid },
      {
        code: "VDE_COMMAND_FAILED",
        data: { code: 1038, errno: 38, text: "Function not implemented" },
      },
      { ports: 9 },
      { code: "VDE_COMMAND_FAILED", data: { code: 1022, errno: 22, text: "Invalid argument" } },
      [],
    ]);
  });

  test("a command that nobody waits for any more does not disturb the next", async () => {
    await using vde = await startSwitch();
    const aborted = AbortSignal.abort();
    await expect(vde.console("help", { signal: aborted })).rejects.toMatchObject({
      code: "RUNTIME_ABORTED",
    });
    const leaving = new AbortController();
    const left = vde.console("help", { signal: leaving.signal });
    const next = vde.portSettings();
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    expect(await next).toEqual({ ports: 32, hub: false });
  });

  test.each(["", "two\nlines", `port/print ${"9".repeat(200)}`])(
    "%j is not sent",
    async (command) => {
      await using vde = await startSwitch();
      await expect(vde.console(command)).rejects.toMatchObject({ code: "VDE_INVALID_COMMAND" });
    },
  );

  test("stop ends the switch, removes its directory and can be called again", async () => {
    const vde = await startSwitch();
    const run = join(vde.socketDirectory, "..");
    const [first, second] = await Promise.all([vde.stop(), vde.stop()]);
    expect(first).toBe(second);
    expect(first.step).toBe("shutdown command");
    expect(first.exit.code).toBe(0);
    expect(existsSync(run)).toBe(false);
    await expect(vde.listPorts()).rejects.toMatchObject({ code: "VDE_CONSOLE_CLOSED" });
  });

  test("stop also ends a switch that hangs, and cleans up after one that was killed", async () => {
    const hanging = await startSwitch();
    process.kill(hanging.process.pid, "SIGSTOP");
    const report = await hanging.stop();
    expect(report.step).toBe("SIGKILL");
    expect(existsSync(join(hanging.socketDirectory, ".."))).toBe(false);

    const killed = await startSwitch();
    process.kill(killed.process.pid, "SIGKILL");
    expect(await killed.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect((await killed.stop()).step).toBe("already exited");
    expect(existsSync(join(killed.socketDirectory, ".."))).toBe(false);
  });

  test("a switch that dies ends what waits for its answer", async () => {
    await using vde = await startSwitch();
    process.kill(vde.process.pid, "SIGSTOP");
    const waiting = vde.listPorts();
    process.kill(vde.process.pid, "SIGKILL");
    await expect(waiting).rejects.toMatchObject({ code: "RUNTIME_PROCESS_EXITED" });
  });

  test("a start that fails or is cancelled leaves nothing behind", async () => {
    const base = temporaryDirectory();
    vi.stubEnv("XDG_RUNTIME_DIR", base);
    await expect(startSwitch({ ports: 0 })).rejects.toMatchObject({ code: "VDE_INVALID_OPTIONS" });
    await expect(startSwitch({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "RUNTIME_ABORTED",
    });
    expect(await readdir(base)).toEqual([]);
  });

  test("a missing program is named with its package", async (context) => {
    context.skip(existsSync("/usr/sbin/vde_switch"), "vde_switch is among the system's daemons");
    const base = temporaryDirectory();
    vi.stubEnv("XDG_RUNTIME_DIR", base);
    vi.stubEnv("PATH", base);
    await expect(startSwitch()).rejects.toMatchObject({
      code: "VDE_SWITCH_NOT_FOUND",
      hint: "apt install vde2",
    });
    expect(await readdir(base)).toEqual([]);
  });

  test("a directory of one's own: not shared with a living switch, taken over from a dead one", async () => {
    const directory = join(temporaryDirectory(), "net");
    const first = await startSwitch({ directory });
    await expect(startSwitch({ directory })).rejects.toMatchObject({
      code: "VDE_DIRECTORY_IN_USE",
    });
    expect(await first.listPorts()).toEqual([]);
    process.kill(first.process.pid, "SIGKILL");
    await first.exited;
    expect(existsSync(join(first.socketDirectory, "ctl"))).toBe(true);
    await using second = await startSwitch({ directory });
    expect(await second.listPorts()).toEqual([]);
    const long = join(directory, "d".repeat(100));
    await expect(startSwitch({ directory: long })).rejects.toMatchObject({
      code: "VDE_PATH_TOO_LONG",
    });
    expect(existsSync(long)).toBe(false);
  });

  test("a directory that is there keeps its mode and what else it holds", async () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, "notes"), "");
    {
      await using vde = await startSwitch({ directory });
      expect(statSync(vde.socketDirectory).mode & 0o777).toBe(0o700);
      expect(statSync(directory).mode & 0o777).toBe(0o755);
      writeFileSync(join(vde.socketDirectory, "mine"), "");
    }
    expect(await readdir(directory)).toEqual(["notes", "s"]);
    expect(await readdir(join(directory, "s"))).toEqual(["mine"]);
  });

  test.each([
    ["a directory", (path: string) => void mkdirSync(join(path, "source"), { recursive: true })],
    ["a file", (path: string) => writeFileSync(path, "")],
    ["a link", (path: string) => symlinkSync(temporaryDirectory(), path)],
  ])("what is not a switch's is not taken for its remains: %s", async (_what, make) => {
    const directory = temporaryDirectory();
    make(join(directory, "s"));
    const before = await readdir(directory, { recursive: true });
    await expect(startSwitch({ directory })).rejects.toMatchObject({
      code: "VDE_DIRECTORY_IN_USE",
      happened: expect.stringContaining("not a switch's"),
    });
    expect(await readdir(directory, { recursive: true })).toEqual(before);
  });
});

test("its identity is gone with it", { tags: ["host"] }, async (context) => {
  requirePrograms(context, { vde_switch: "vde2" });
  const vde = await startSwitch();
  const identity = await processIdentity(vde.process.pid);
  if (!identity) throw new Error("the switch does not run");
  await vde.stop();
  expect(await isProcessAlive(identity)).toBe(false);
});
