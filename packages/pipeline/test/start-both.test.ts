import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startBoth } from "../src/machines/start-both.ts";

test("gives both", async () => {
  const both = startBoth(
    undefined,
    async () => 1,
    async () => "b",
  );
  expect(await both).toEqual([1, "b"]);
});

test("a failure is told when the other start has found its owner, or has ended", async () => {
  const owned: string[] = [];
  const late = startBoth(
    undefined,
    () => Promise.reject(new Error("the guest has no memory")),
    async () => {
      await sleep(20);
      owned.push("controller");
    },
  );
  await expect(late).rejects.toThrow("the guest has no memory");
  expect(owned).toEqual(["controller"]);
});

test("the other start is told to stop", async () => {
  const failure = new Error("no memory");
  const stopped = startBoth(
    new AbortController().signal,
    (signal) => sleep(60_000, undefined, { signal }),
    () => Promise.reject(failure),
  );
  await expect(stopped).rejects.toBe(failure);
});

test("both are told of the caller's abort", async () => {
  const caller = new AbortController();
  const both = startBoth(
    caller.signal,
    (signal) => sleep(60_000, undefined, { signal }),
    (signal) => sleep(60_000, undefined, { signal }),
  );
  caller.abort();
  await expect(both).rejects.toMatchObject({ name: "AbortError" });
});
