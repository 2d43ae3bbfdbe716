import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { readAnswer } from "../../src/index.ts";
import { writeSetupCode } from "../../src/iso/setup-code.ts";
import { renderPlan } from "../../src/setup/render-plan.ts";
import { answerXml } from "../support/answer.ts";

test.runIf(process.arch === "x64")(
  "the script that runs in the guest makes the plan that its sources make",
  async ({ signal }) => {
    const directory = temporaryDirectory();
    await writeSetupCode(directory, signal);
    const [medium, plan] = [join(directory, "medium"), join(directory, "plan")];
    mkdirSync(medium);
    const run = () =>
      runProgram(
        join(directory, "node"),
        [
          "--jitless",
          join(directory, "app/setup/main.js"),
          "amd64",
          "bios",
          "1",
          plan,
          `a=${medium}`,
        ],
        { asked: "read an answer file", signal },
      );
    writeFileSync(join(medium, "AUTOUNATTEND.XML"), answerXml);
    expect((await run()).stdout).toBe("answer file A:\\AUTOUNATTEND.XML\n");
    const answer = readAnswer("Autounattend.xml", Buffer.from(answerXml), {
      architecture: "amd64",
      firmware: "bios",
      disks: 1,
    });
    const files = answer.kind === "plan" ? Object.entries(renderPlan(answer.plan)) : [];
    expect(files.length).toBeGreaterThan(10);
    for (const [path, content] of files)
      expect(readFileSync(join(plan, path), "utf8"), path).toBe(content);

    writeFileSync(join(medium, "AUTOUNATTEND.XML"), answerXml.replace("<TimeZone>", "<TimeZones>"));
    await expect(run()).rejects.toMatchObject({ data: { exitCode: 1 } });
  },
);
