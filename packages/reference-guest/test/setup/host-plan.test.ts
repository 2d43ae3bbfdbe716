import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { answerHash, judgeAnswerFile, writeHostPlan } from "../../src/index.ts";
import type { RehearsalOrder, SetupPlan } from "../../src/index.ts";
import { renderPlan } from "../../src/setup/render-plan.ts";
import { answerXml } from "../support/answer.ts";

const order: RehearsalOrder = {
  system: { title: "Windows 7", version: "6.1", kind: "client" },
  architecture: "amd64",
  restarts: 2,
};
const file = { fileName: "Autounattend.xml", bytes: Buffer.from(answerXml) };

function planOf(): SetupPlan {
  const facts = { ...order, firmware: "bios", disks: 1 } as const;
  const { plan } = judgeAnswerFile(file.fileName, file.bytes, facts);
  if (plan === undefined) throw new Error("it is refused");
  return plan;
}

test(
  "has the file's hash, where to look, and the plan's files",
  { tags: ["host"] },
  async (context) => {
    requirePrograms(context, { cpio: "cpio" });
    const text = (await writeHostPlan(order, file, planOf())) ?? "";
    const [hash, search, archive = "", ...rest] = text.split("\n");
    expect(hash).toBe(answerHash(file.bytes));
    expect(search).toBe(
      "a:[a]utounattend.xml d,e,f,g,h,i,j,k,l:[a]utounattend.xml d,e,f,g,h,i,j,k,l:[s]ources/[a]utounattend.xml",
    );
    expect(rest).toEqual([""]);
    const directory = temporaryDirectory();
    const input = gunzipSync(Buffer.from(archive, "base64"));
    execFileSync("cpio", ["-id", "--quiet"], { cwd: directory, input });
    for (const [path, content] of Object.entries({ rehearsal: "2\n", ...renderPlan(planOf()) }))
      expect(readFileSync(join(directory, path), "utf8"), path).toBe(content);
  },
);

test("XP looks on the floppy, then in I386", async () => {
  const system = { title: "Windows XP", version: "5.1", kind: "client" } as const;
  const text = await writeHostPlan({ ...order, system }, file, planOf());
  expect(text?.split("\n")[1]).toBe("a:[w]innt.sif d,e,f,g,h,i,j,k,l:[i]386/[w]innt.sif");
});

test("there is none for a file that Setup passes over, nor one that would be too long", async () => {
  const bytes = Buffer.from(
    answerXml.replace(/<settings pass="windowsPE">[\s\S]*?<\/settings>/, ""),
  );
  expect(await writeHostPlan(order, { ...file, bytes }, planOf())).toBeUndefined();
  const line = Array.from({ length: 200_000 }, (_, at) => at ** 3 % 9973).join("");
  const [command] = planOf().commands.specialize;
  if (command === undefined) throw new Error("there is a command");
  const specialize = [{ ...command, line }];
  const plan = { ...planOf(), commands: { ...planOf().commands, specialize } };
  expect(await writeHostPlan(order, file, plan)).toBeUndefined();
});
