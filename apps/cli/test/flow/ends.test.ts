import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { testStore } from "@winvm/test-kit";
import { beforeAll, describe, expect, test } from "vitest";
import {
  descendants,
  finish,
  machinesBelow,
  machinesOf,
  runs,
  startWinvm,
  until,
  winvm,
} from "./winvm.ts";

const minutes = 60_000;

/** Local addresses with ports that these processes have open on this host. */
function openPorts(pids: readonly number[]): readonly string[] {
  const sockets = new Set(pids.flatMap(socketsOf));
  return ["tcp", "tcp6", "udp", "udp6"]
    .filter((protocol) => existsSync(`/proc/net/${protocol}`))
    .flatMap((protocol) => {
      const lines = readFileSync(`/proc/net/${protocol}`, "utf8").trim().split("\n").slice(1);
      const columns = lines.map((line) => line.trim().split(/\s+/));
      return columns
        .filter((column) => sockets.has(column[9] ?? ""))
        .map((column) => `${protocol} ${column[1]}`);
    });
}

/** The numbers of a process' sockets; none of what has gone meanwhile. */
function socketsOf(pid: number): readonly string[] {
  const directory = `/proc/${pid}/fd`;
  return gone(() => readdirSync(directory), []).flatMap((name) => {
    const link = gone(() => readlinkSync(join(directory, name), "utf8"), "");
    return /^socket:\[(\d+)\]$/.exec(link)?.slice(1) ?? [];
  });
}

function gone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

async function outputOf(child: ReturnType<typeof startWinvm>, text: string): Promise<void> {
  let seen = "";
  child.stdout?.on("data", (chunk: Buffer) => (seen += chunk.toString()));
  await until(child, `the output ${text}`, () => seen.includes(text));
}

/** When it is killed: with so many machines, or when the command speaks. */
const moments: readonly (readonly [what: string, machines?: number])[] = [
  ["no machine", 0],
  ["one machine", 1],
  ["two machines", 2],
  ["a command"],
];

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
    for (const [what, count] of moments) {
      const child = startWinvm(["run", "--", "bash", "-c", "echo ready; sleep 600"]);
      if (count === undefined) await outputOf(child, "ready");
      else await until(child, what, (pid) => machinesBelow(pid).length >= count);
      const children = descendants(child.pid ?? 0);
      child.kill("SIGKILL");
      await once(child, "exit");
      await expect
        .poll(() => children.filter(runs), { timeout: 30_000, message: `with ${what}` })
        .toEqual([]);
    }
    await expect.poll(() => machinesOf(join(testStore(), "runs")), { timeout: 30_000 }).toEqual([]);
    expect((await winvm(["run", "--", "true"])).code).toBe(0);
    expect(readdirSync(join(testStore(), "runs"))).toEqual([]);
  });

  test("no port of the host is opened, and the guest reaches nothing but the controller", async () => {
    // That it would be seen.
    await using server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    expect(openPorts([process.pid])).not.toEqual([]);
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
    const pid = child.pid ?? 0;
    expect(machinesBelow(pid)).toHaveLength(2);
    expect(openPorts([pid, ...descendants(pid)])).toEqual([]);
    expect((await finished).stdout.toString()).toBe("ready\ncontroller\n");
  });
});
