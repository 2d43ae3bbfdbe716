import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, onTestFinished, test, vi } from "vitest";
import { onTrace, startProcess, traced, traceMoment, type TraceRecord } from "../src/index.ts";

const subject = (name: string) => ({ group: "test", lane: "lane", name });

function throwing(): Promise<never> {
  throw new Error("at once");
}

function listening(): TraceRecord[] {
  const records: TraceRecord[] = [];
  const listener = onTrace((record) => void records.push(record));
  onTestFinished(() => listener[Symbol.dispose]());
  return records;
}

test("when nobody listens, the work's own promise comes back and no subject is made", async () => {
  const make = vi.fn(() => subject("unheard"));
  const promise = Promise.resolve(5);
  expect(traced(make, () => promise)).toBe(promise);
  traceMoment(make);
  expect(make).not.toHaveBeenCalled();
});

test("a span has a beginning and an end, also where it fails; a moment has one time", async () => {
  const records = listening();
  const answer = await traced(
    () => ({ ...subject("works"), details: { a: 1 } }),
    async () => {
      traceMoment(() => subject("now"));
      return 7;
    },
  );
  expect(answer).toBe(7);
  const failing = traced(
    () => subject("fails"),
    async () => Promise.reject(new Error("no")),
  );
  await expect(failing).rejects.toThrow("no");
  expect(() => traced(() => subject("throws"), throwing)).toThrow("at once");
  const at = { atMs: expect.any(Number) as number };
  expect(records).toEqual([
    { kind: "begin", id: 1, ...at, subject: { ...subject("works"), details: { a: 1 } } },
    { kind: "moment", ...at, subject: subject("now") },
    { kind: "end", id: 1, ...at },
    { kind: "begin", id: 2, ...at, subject: subject("fails") },
    { kind: "end", id: 2, ...at, failure: "no" },
    { kind: "begin", id: 3, ...at, subject: subject("throws") },
    { kind: "end", id: 3, ...at, failure: "at once" },
  ]);
  const times = records.map(({ atMs }) => atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test("a listener that has gone hears nothing more", async () => {
  const records: TraceRecord[] = [];
  const listener = onTrace((record) => void records.push(record));
  listener[Symbol.dispose]();
  await traced(
    () => subject("unheard"),
    async () => {},
  );
  expect(records).toEqual([]);
});

test("others find the channels by their names", async () => {
  const heard: unknown[] = [];
  const listener = (message: unknown): void => void heard.push(message);
  subscribe("tracing:winvm:span:start", listener);
  onTestFinished(() => void unsubscribe("tracing:winvm:span:start", listener));
  await traced(
    () => subject("by name"),
    async () => {},
  );
  expect(heard).toMatchObject([{ subject: subject("by name") }]);
});

test("a process is traced from its spawn to its end", { tags: ["host"] }, async () => {
  const records = listening();
  {
    await using process = await startProcess({ name: "sleeper", file: "sleep", args: ["1000"] });
    expect(records.map(({ kind }) => kind)).toEqual(["begin", "end", "begin"]);
    expect(records[2]).toMatchObject({
      subject: { group: "sleeper", name: "sleeper", details: { pid: process.pid } },
    });
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(records.at(-1)).toMatchObject({ kind: "end", id: 2 });
});
