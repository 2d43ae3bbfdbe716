import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { keepChoice, keptChoice } from "../../src/accelerator/cache.ts";

const choice = { accelerator: "tcg", reason: "KVM was busy", evidence: {} } as const;
const occasion = { boot: "this", qemu: "7.2" };

test("a choice is kept until the next boot, or for as long as it was said to count", async () => {
  const file = join(temporaryDirectory(), "accelerator.json");
  await keepChoice(file, occasion, choice);
  expect(await keptChoice(file, occasion)).toMatchObject({ ...choice, evidence: { cached: true } });
  expect(await keptChoice(file, { ...occasion, boot: "next" })).toBeUndefined();
  await keepChoice(file, occasion, { ...choice, accelerator: "kvm" });
  await keepChoice(file, occasion, choice, 60_000);
  expect(await keptChoice(file, occasion)).toMatchObject({ accelerator: "kvm" });
});

test("one that counts for so long only is tried again after it", async () => {
  const file = join(temporaryDirectory(), "accelerator.json");
  await keepChoice(file, occasion, choice, 60_000);
  expect(await keptChoice(file, occasion)).toMatchObject({ accelerator: "tcg" });
  await keepChoice(file, occasion, choice, -1);
  expect(await keptChoice(file, occasion)).toBeUndefined();
});
