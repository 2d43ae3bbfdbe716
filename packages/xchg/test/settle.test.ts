import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { clockOrder, readClock, settleCommand } from "../src/index.ts";

const run = promisify(execFile);

/** A shell in which the programs that change a system only say what they were told. */
const bystanders = `
doas() { "$@"; }
exec() { "$@"; }
bash() { shift; (date() { case $1 in -u) printf 'date %s\\n' "$*" >&2 ;; *) command date "$@" ;; esac; }
  local text=$1; shift 2; eval "$text") }
`;

async function settle(command: string, input: string): Promise<{ stdout: string; stderr: string }> {
  const child = run("bash", ["-c", `${bystanders}\n${command}`]);
  child.child.stdin?.end(input);
  return child;
}

describe("the command that settles a guest", { tags: ["host"] }, () => {
  test("asks for the time when it is ready, sets it, tells what the clock shows", async () => {
    const command = await settleCommand({ clock: true });
    const { stdout, stderr } = await settle(command, clockOrder(1_580_608_922_250));
    expect(stdout).toMatch(/^ready\nclock=\d+\.\d+\n$/);
    expect(stderr).toBe("date -u -s @1580608922.250\n");
    expect(Math.abs((readClock(stdout) ?? 0) - Date.now())).toBeLessThan(30_000);
  });

  test("fails where nobody tells the time", async () => {
    const command = await settleCommand({ clock: true });
    await expect(settle(command, "")).rejects.toMatchObject({
      code: 1,
      stderr: "no time was told\n",
    });
  });

  test("says nothing where there is nothing to do", async () => {
    expect(await settle(await settleCommand({ clock: false }), "")).toEqual({
      stdout: "",
      stderr: "",
    });
  });
});

test("names that no system takes are refused, all at once", async () => {
  const bad = settleCommand({ hostName: "a b", machineId: "x", clock: false });
  await expect(bad).rejects.toMatchObject({
    code: "XCHG_JOB_INVALID",
    data: { faults: [{ path: "hostName" }, { path: "machineId" }] },
  });
  for (const hostName of ["-a", "a-", "a".repeat(16), ""]) {
    await expect(settleCommand({ hostName, clock: false })).rejects.toThrow("hostName");
  }
});

test.each<[string, number | undefined]>([
  ["ready\nclock=1580608922.250000\n", 1_580_608_922_250],
  ["clock=1580608922.000000007\n", 1_580_608_922_000],
  ["clock=1580608922\n", 1_580_608_922_000],
  ["clock=1580608922.5\n", 1_580_608_922_500],
  ["clock=\n", undefined],
  ["ready\n", undefined],
  ["clock=1580608922,250000\n", undefined],
])("%j tells %s", (said, shown) => expect(readClock(said)).toBe(shown));
