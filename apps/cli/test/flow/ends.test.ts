import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { testStore } from "@winvm/test-kit";
import { beforeAll, describe, expect, test } from "vitest";
import { descendants, finish, machinesOf, runs, startWinvm, winvm } from "./winvm.ts";

const minutes = 60_000;

/** Local addresses with ports that are open on this host. */
function openPorts(): ReadonlySet<string> {
  const ports = new Set<string>();
  for (const protocol of ["tcp", "tcp6", "udp", "udp6"]) {
    for (const line of readFileSync(`/proc/net/${protocol}`, "utf8").split("\n").slice(1)) {
      const local = line.trim().split(/\s+/)[1];
      if (local !== undefined) ports.add(`${protocol} ${local}`);
    }
  }
  return ports;
}

async function outputOf(child: ReturnType<typeof startWinvm>, text: string): Promise<void> {
  let seen = "";
  for await (const [chunk] of on(child)) {
    seen += String(chunk);
    if (seen.includes(text)) return;
  }
}
async function* on(child: ReturnType<typeof startWinvm>): AsyncGenerator<[Buffer]> {
  while (child.exitCode === null && child.stdout !== null)
    yield (await once(child.stdout, "data")) as [Buffer];
}

describe("the end of a run", { tags: ["vm"], timeout: 5 * minutes }, () => {
  beforeAll(async () => {
    expect((await winvm(["suspend", "reference"])).code).toBe(0);
  }, 30 * minutes);

  test("a time limit ends the command and its clone: 124", async () => {
    const { code, stdout } = await winvm([
      "run",
      "--json",
      "--timeout",
      "2s",
      "--",
      "sleep",
      "600",
    ]);
    expect(code).toBe(124);
    const last = JSON.parse(stdout.toString().trimEnd().split("\n").at(-1) ?? "") as object;
    expect(last).toMatchObject({ type: "outcome", kind: "timedOut", timeoutMs: 2000 });
    expect(machinesOf(join(testStore(), "runs"))).toEqual([]);
  });

  test("Ctrl-C ends it: 130, nothing is left running", async () => {
    const child = startWinvm(["run", "--", "bash", "-c", "echo ready; sleep 600"]);
    await outputOf(child, "ready");
    const children = descendants(child.pid ?? 0);
    expect(children.length).toBeGreaterThan(2);
    child.kill("SIGINT");
    expect((await finish(child)).code).toBe(130);
    expect(children.filter(runs)).toEqual([]);
    expect(readdirSync(join(testStore(), "runs"))).toEqual([]);
  });

  test("kill -9 at any moment leaves no process, and a store that works", async () => {
    for (const delayMs of [50, 150, 300, 500, 800, 1500]) {
      const child = startWinvm(["run", "--", "sleep", "600"]);
      await sleep(delayMs);
      const children = descendants(child.pid ?? 0);
      child.kill("SIGKILL");
      await once(child, "exit");
      await expect
        .poll(() => children.filter(runs), { timeout: 5000, message: `after ${delayMs} ms` })
        .toEqual([]);
    }
    await expect.poll(() => machinesOf(join(testStore(), "runs")), { timeout: 5000 }).toEqual([]);
    expect((await winvm(["run", "--", "true"])).code).toBe(0);
    expect(readdirSync(join(testStore(), "runs"))).toEqual([]);
  });

  test("no port of the host is opened, and the guest reaches nothing but the controller", async () => {
    const before = openPorts();
    const script = [
      "echo ready; sleep 2",
      "for host in 192.168.0.3 10.0.2.2 10.0.2.15 1.1.1.1 127.0.0.1; do",
      '  if timeout 3 bash -c "echo >/dev/tcp/$host/80" 2>/dev/null; then echo "reached $host"; fi',
      "done",
      "if timeout 3 bash -c 'echo >/dev/tcp/192.168.0.2/445' 2>/dev/null; then echo controller; fi",
    ].join("\n");
    const child = startWinvm(["run", "--", "bash", "-c", script]);
    const finished = finish(child);
    await outputOf(child, "ready");
    const opened = [...openPorts()].filter((port) => !before.has(port));
    expect(opened).toEqual([]);
    expect((await finished).stdout.toString()).toBe("ready\ncontroller\n");
  });
});
