import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, onTestFinished, test } from "vitest";
import { fetchCygwin } from "../../src/index.ts";
import { archives, mirrorFiles, readFiles, serve } from "./made-mirror.ts";

const alpha = "x86_64/release/alpha/alpha-1.0-1.tar.xz";

test("of two fetches into one directory the second is refused at once, and takes nothing away", async () => {
  const directory = join(temporaryDirectory(), "repository");
  let letGo: (() => void) | undefined;
  const { url, requests } = await serve(mirrorFiles(), {
    instead(path, response) {
      if (path !== alpha || letGo !== undefined) return false;
      letGo = () => void response.writeHead(503).end();
      return true;
    },
  });
  const first = fetchCygwin({ mirror: url, directory, retryDelayMs: 1 });
  await expect.poll(() => letGo).toBeDefined();
  await expect(fetchCygwin({ mirror: url, directory })).rejects.toMatchObject({
    code: "UNATTEND_CYGWIN_BUSY",
    message: expect.stringContaining(`process ${process.pid} is fetching into it`) as unknown,
    hint: expect.stringContaining("another directory") as unknown,
  });
  expect(requests.filter(({ path }) => path === "x86_64/setup.ini")).toHaveLength(1);
  letGo?.();
  await first;
  expect(readFiles(directory)).toMatchObject(archives);
  expect(readdirSync(directory)).not.toContain(".fetch.lock");
});

test("a fetch that was killed does not stand in the way", { tags: ["host"] }, async () => {
  const directory = temporaryDirectory();
  const silent = await serve({}, { instead: () => true });
  const source = JSON.stringify(join(import.meta.dirname, "../../src/index.ts"));
  const killed = spawn(
    process.execPath,
    [
      "--conditions=@winvm/source",
      "--input-type=module",
      "-e",
      `import { fetchCygwin } from ${source};
       await fetchCygwin(${JSON.stringify({ mirror: silent.url, directory })});`,
    ],
    { stdio: "inherit" },
  );
  onTestFinished(() => void killed.kill("SIGKILL"));
  await expect
    .poll(() => existsSync(join(directory, ".fetch.lock")), { timeout: 10_000 })
    .toBe(true);
  const { url } = await serve(mirrorFiles());
  await expect(fetchCygwin({ mirror: url, directory })).rejects.toMatchObject({
    code: "UNATTEND_CYGWIN_BUSY",
    data: { holder: { pid: killed.pid } },
  });
  killed.kill("SIGKILL");
  await once(killed, "exit");
  await fetchCygwin({ mirror: url, directory });
  expect(readFiles(directory)).toMatchObject(archives);
});
