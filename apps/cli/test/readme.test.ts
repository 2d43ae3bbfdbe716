import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { requestOf } from "./fixtures/request-of.ts";

/** The command lines of the README, as a shell would split them. */
async function examples(): Promise<readonly (readonly string[])[]> {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  return [...readme.matchAll(/^winvm (run .*)$/gm)].map(([, line = ""]) =>
    [...line.replace(/\s+# .*$/, "").matchAll(/'([^']*)'|\S+/g)].map(
      ([word, quoted]) => quoted ?? word,
    ),
  );
}

test("the examples of the README", async () => {
  const requests = [];
  for (const words of await examples()) requests.push(await requestOf(...words));
  expect(requests).toMatchObject([
    { job: { command: { kind: "argv", argv: ["cmd", "/c", "ver"] } } },
    {
      job: { command: { argv: ["cmd", "/c", "build.bat", "release"] } },
      inputs: resolve("src"),
      outputs: resolve("dist"),
      timeoutMs: 300_000,
    },
    {
      job: { command: { argv: ["cmd", "/c", "dir", "S:"] }, env: { CI: "1" } },
      shares: [{ name: "nixstore", directory: "/nix/store", readOnly: true }],
    },
    {
      guest: "11",
      iso: resolve("win11.iso"),
      job: { command: { kind: "script", shell: "powershell", text: "Get-ComputerInfo" } },
    },
    {
      from: "warm",
      job: { command: { argv: ["cmd", "/c", "build.bat"] } },
      inputs: resolve("src"),
      outputs: resolve("dist"),
    },
    { pool: true, job: { command: { argv: ["cmd", "/c", "ver"] } } },
  ]);
});
