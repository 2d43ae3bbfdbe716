import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { startMachine, type RunningMachine } from "@winvm/qemu";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { openContext, type Context } from "../src/context.ts";
import { run, type PipelineError, type PipelineEvent } from "../src/index.ts";
import { startTpm } from "../src/machines/tpm.ts";
import { watchSetup, type SetupWatch } from "../src/stages/watch-setup.ts";
import { bareMachine } from "./support/bare-machine.ts";
import { isoPrograms, windowsIso } from "./support/windows-iso.ts";

describe("what ends Setup before its time is told as what it is", { tags: ["vm"] }, () => {
  let context: Context;
  let events: PipelineEvent[];
  beforeEach(async (task) => {
    requirePrograms(task, { "qemu-system-x86_64": "qemu-system-x86" });
    events = [];
    const store = join(temporaryDirectory(), "store");
    context = await openContext({ store, onEvent: (event) => events.push(event) });
  });

  test("the time limit, with the prompt that was not got past", async () => {
    await using running = await startMachine(bareMachine());
    const error = await failure(running, { prompt: { cdrom: "cd0", limitMs: 200 } });
    const trouble = "the firmware has not read the installation medium";
    expect(error).toMatchObject({
      code: "PIPELINE_SETUP_TIMEOUT",
      asked: "rehearse a guest",
      happened: `Setup did not end by itself within 1.5 s; ${trouble}`,
    });
    expect(evidenceOf(error)).toEqual(["bare.json", "bare.png", "error.json", "serial.log"]);
    expect(events).toContainEqual({
      type: "warning",
      code: "PIPELINE_BOOT_PROMPT",
      message: trouble,
    });
  });

  test("the machine's end", async () => {
    await using running = await startMachine(bareMachine());
    const failing = failure(running);
    await running.kill();
    expect(await failing).toMatchObject({
      code: "PIPELINE_SETUP_ENDED",
      happened: expect.stringContaining("the machine ended without Setup's word") as unknown,
    });
  });

  test("Setup's own refusal", async () => {
    await using running = await startMachine(bareMachine());
    const failing = failure(running);
    appendFileSync(
      running.machine.serialLog ?? "",
      "SETUP REFUSED specialize TimeZone: unknown\r\n",
    );
    await running.kill();
    expect(await failing).toMatchObject({
      code: "PIPELINE_SETUP_FAILED",
      happened: "SETUP REFUSED specialize TimeZone: unknown",
    });
  });

  test("the end of the TPM under a machine that goes on", async (task) => {
    requirePrograms(task, { swtpm: "swtpm" });
    await using tpm = await startTpm(temporaryDirectory());
    await using running = await startMachine(bareMachine({ tpm }));
    const failing = failure(running, { tpm, limitMs: 60_000 });
    process.kill(tpm.process.pid, "SIGKILL");
    expect(await failing).toMatchObject({
      code: "PIPELINE_SETUP_ENDED",
      happened: expect.stringMatching(
        /^the emulator of the TPM, swtpm, ended with SIGKILL/,
      ) as unknown,
    });
  });

  test("of an installation for a run, as the run's outcome", async (task) => {
    requirePrograms(task, { ...isoPrograms, pgrep: "procps" });
    const iso = await windowsIso({ build: 26100, editions: [["Windows 11 Pro", "Professional"]] });
    const find = ["--parent", String(process.pid), "--full", "winvm-install-11"];
    let killed: Promise<unknown> | undefined;
    const { outcome } = await run(
      // Nothing of what would be Cygwin's is read.
      { iso, cygwin: iso, job: { command: { kind: "argv", argv: ["true"] } } },
      {
        store: context.store.layout.root,
        onEvent(event) {
          // The firmware speaks.
          if (event.type === "log")
            killed ??= runProgram("pgrep", find).then(({ stdout }) =>
              process.kill(Number(stdout), "SIGKILL"),
            );
        },
      },
    );
    await killed;
    expect(outcome).toMatchObject({
      kind: "installFailed",
      error: { code: "PIPELINE_SETUP_ENDED", asked: "install Windows 11" },
      bundle: expect.stringContaining("failures") as unknown,
    });
  });

  async function failure(
    running: RunningMachine,
    watch: Partial<SetupWatch> = {},
  ): Promise<PipelineError> {
    return watchSetup(context, running, {
      stage: "rehearse",
      asked: "rehearse a guest",
      limitMs: 1500,
      logs: [running.machine.serialLog ?? ""],
      complete: "complete",
      tell: () => {},
      ...watch,
    }).then(
      () => expect.unreachable("it did not fail"),
      (error: PipelineError) => error,
    );
  }
});

function evidenceOf({ data }: PipelineError): string[] {
  return readdirSync(String(data["bundle"])).sort();
}
