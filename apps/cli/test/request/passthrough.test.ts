import * as fc from "fast-check";
import { expect, test } from "vitest";
import { runCli } from "../../src/cli.ts";
import type { Pipeline } from "../../src/pipeline.ts";
import { requestOf } from "../fixtures/request-of.ts";

const word = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "",
    "-",
    "--",
    "-c",
    "--json",
    "--help",
    "-h",
    "--version",
    "-x",
    "--env=A",
    "-5",
    "run",
    "help",
  ),
);

test("after -- everything arrives as it is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), fc.array(word), async (program, args) => {
      const { job } = await requestOf("run", "--timeout", "5", "--", program, ...args);
      expect(job.command).toEqual({ kind: "argv", argv: [program, ...args] });
    }),
    { numRuns: 60 },
  );
});

test("without -- the command begins at the first word that is no option", async () => {
  const program = fc.string({ minLength: 1 }).filter((text) => !text.startsWith("-"));
  await fc.assert(
    fc.asyncProperty(program, fc.array(word), async (first, args) => {
      const { job } = await requestOf("run", "--env", "A=1", first, ...args);
      expect(job.command).toEqual({ kind: "argv", argv: [first, ...args] });
    }),
    { numRuns: 60 },
  );
});

test("a program may be called like an option", async () => {
  const { job } = await requestOf("run", "--", "--json", "--", "x");
  expect(job.command).toEqual({ kind: "argv", argv: ["--json", "--", "x"] });
});

test("arguments of a text arrive as they are", async () => {
  const { job } = await requestOf("run", "--shell", "bash", "-c", "--help", "--", "a b", "--json");
  expect(job.command).toEqual({
    kind: "script",
    shell: "bash",
    text: "--help",
    args: ["a b", "--json"],
  });
});

test("options may stand before the command's name, those after it win", async () => {
  const stores: (string | undefined)[] = [];
  const pipeline: Partial<Pipeline> = {
    async run(_request, { store }) {
      stores.push(store);
      return { runId: "r1", outcome: { kind: "exited", exitCode: 0 } };
    },
    exitStatus: () => 0,
  };
  const loadPipeline = async (): Promise<Pipeline> => pipeline as Pipeline;
  await runCli(["--store", "/a", "run", "x"], { loadPipeline });
  await runCli(["--store", "/a", "run", "--store", "/b", "x"], { loadPipeline });
  expect(stores).toEqual(["/a", "/b"]);
});
