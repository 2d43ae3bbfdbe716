import { expect, test } from "vitest";
import { runProgram, startProcess } from "../src/index.ts";

test("the example of the README", { tags: ["host"] }, async () => {
  await using sleeper = await startProcess({ name: "sleeper", file: "sleep", args: ["1000"] });
  const listed = await sleeper.whileAlive(
    "list a directory",
    (signal) => runProgram("ls", ["/"], { signal }),
    { timeoutMs: 5000 },
  );
  expect(listed.stdout).toContain("etc");
});
