import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findFirmware, startMachine, type Machine, type RunningMachine } from "@winvm/qemu";
import { poll } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { writeIsoFile } from "@winvm/unattend";
import { describe, expect, test } from "vitest";
import { install, type PipelineEvent } from "../src/index.ts";
import { bootPromptTrouble, passBootPrompt } from "../src/machines/boot-prompt.ts";
import { bareMachine } from "./support/bare-machine.ts";
import { promptingBoot, promptPadding, promptPrograms } from "./support/prompting-boot.ts";
import { windowsIso } from "./support/windows-iso.ts";

describe.each(["bios", "uefi"] as const)("a CD that asks for a key, under %s", (firmware) => {
  const name = firmware.toUpperCase();

  test(
    "is started by a key; then no key comes, and the prompt after the restart is left alone",
    { tags: ["vm"] },
    async (context) => {
      requirePrograms(context, promptPrograms);
      const machine = await promptingMachine(firmware);
      await using running = await startMachine(machine);
      const report = await passBootPrompt(running, { cdrom: "cd0", limitMs: 120_000 });
      const log = await untilSaid(running, `${name}: no key, not started`);
      expect(log).toEqual([
        `${name}: press any key to boot from CD`,
        `${name}: started by a key`,
        `${name}: read`,
        `${name}: no further key`,
        `${name}: press any key to boot from CD`,
        `${name}: no key, not started`,
      ]);
      expect(report).toMatchObject({ outcome: "started" });
      expect(report.keys).toBeGreaterThan(0);
    },
  );

  test("without a key it is not started", { tags: ["vm"] }, async (context) => {
    requirePrograms(context, promptPrograms);
    await using running = await startMachine(await promptingMachine(firmware));
    expect(await untilSaid(running, `${name}: no key, not started`)).toEqual([
      `${name}: press any key to boot from CD`,
      `${name}: no key, not started`,
    ]);
  });
});

test.for([
  [7, "BIOS"],
  [11, "UEFI"],
] as const)(
  "an installation of Windows %i gets to the point where Setup would start, and nothing is left of it",
  { tags: ["vm"] },
  async ([windows, name], context) => {
    requirePrograms(context, promptPrograms);
    const iso = await promptingIso(windows);
    const store = join(temporaryDirectory(), "store");
    const enough = new AbortController();
    const lines: string[] = [];
    const onEvent = (event: PipelineEvent): void => {
      const said =
        event.type === "log" ? /(?:BIOS|UEFI): [^\r\n]+/.exec(event.line)?.[0] : undefined;
      if (said !== undefined) lines.push(said);
      if (said === `${name}: no key, not started`) enough.abort();
    };
    const cygwin = join(temporaryDirectory(), "cygwin.iso");
    await writeIsoFile(cygwin, { label: "CYGWIN", files: { "setup.exe": Buffer.from("MZ") } });
    const installing = install({ iso, cygwin }, { store, onEvent, signal: enough.signal });
    await expect(installing).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    expect(lines).toEqual([
      `${name}: press any key to boot from CD`,
      `${name}: started by a key`,
      `${name}: read`,
      `${name}: no further key`,
      `${name}: press any key to boot from CD`,
      `${name}: no key, not started`,
    ]);
    for (const kind of ["images", "runs", "locks"]) {
      expect(readdirSync(join(store, kind)), kind).toEqual([]);
    }
  },
);

test("what ends or takes too long ends the presses", { tags: ["vm"] }, async (context) => {
  requirePrograms(context, { "qemu-system-x86_64": "qemu-system-x86" });
  await using running = await startMachine(bareMachine());
  const brief = await passBootPrompt(running, { cdrom: "cd0", limitMs: 100 });
  expect(brief).toEqual({ outcome: "limit", keys: 0 });
  const signal = AbortSignal.timeout(200);
  expect(await passBootPrompt(running, { cdrom: "cd0", signal })).toMatchObject({
    outcome: "ended",
  });
  const waiting = passBootPrompt(running, { cdrom: "cd0" });
  await running.kill();
  expect(await waiting).toMatchObject({ outcome: "ended" });
});

test(
  "a prompt that can't be answered is told with what failed",
  { tags: ["vm"] },
  async (context) => {
    requirePrograms(context, promptPrograms);
    await using running = await startMachine(await promptingMachine("bios"));
    const machine = {
      qmp: running.qmp,
      incidents: [],
      sendKeys: () => running.sendKeys(["no such key"]),
    };
    const report = await passBootPrompt(machine, { cdrom: "cd0", limitMs: 120_000 });
    expect(report).toMatchObject({ outcome: "failed", keys: 0 });
    expect(bootPromptTrouble(report)).toMatch(/could not be pressed: .*no such key/);
  },
);

async function promptingMachine(firmware: "bios" | "uefi"): Promise<Machine> {
  const cdroms = [{ id: "cd0", file: await promptingIso(11), bootIndex: 1 }];
  if (firmware === "bios") return bareMachine({ cdroms });
  const found = await findFirmware("uefi");
  const vars = join(temporaryDirectory(), "vars.fd");
  copyFileSync(found.vars, vars);
  return bareMachine({ firmware: { kind: "uefi", code: found.code, vars }, cdroms });
}

/** An ISO of Windows 11 or 7 whose boot programs ask for a key. */
async function promptingIso(windows: 7 | 11): Promise<string> {
  const boot = await promptingBoot();
  const what =
    windows === 11
      ? ({ build: 26100, editions: [["Windows 11 Pro", "Professional"]] } as const)
      : ({ build: 7601, editions: [["Windows 7 PROFESSIONAL", "Professional"]] } as const);
  return windowsIso({ ...what, boot, padding: promptPadding });
}

/** The lines of the boot program, once it has said a certain one. */
function untilSaid(running: RunningMachine, line: string): Promise<readonly string[]> {
  const file = running.machine.serialLog ?? "";
  return poll(
    `hear '${line}'`,
    async () => {
      const text = existsSync(file) ? readFileSync(file, "latin1") : "";
      // UEFI's own console writes to the serial port too.
      const lines: readonly string[] = text.match(/(?:BIOS|UEFI): [^\r\n]+(?=\n)/g) ?? [];
      return lines.includes(line) ? lines : undefined;
    },
    { intervalMs: 100, timeoutMs: 120_000 },
  );
}
