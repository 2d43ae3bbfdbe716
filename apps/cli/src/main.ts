#!/usr/bin/env node
// Runs on any Node from 14.8 up to the guard: no import here may need more.
import { mkdirSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import nodeModule from "node:module";

const needed = 24;

if (Number.parseInt(process.versions.node, 10) < needed) {
  process.stderr.write(
    `winvm: start: it needs Node ${needed} or newer, this is ${process.versions.node}\n` +
      `hint: npm install --global node-linux-${process.arch}@${needed}\n` +
      "code: CLI_NODE_TOO_OLD\n",
  );
  process.exitCode = 125;
} else {
  try {
    // Not Node's default place below /tmp, where another user could leave code for us to run.
    const directory = join(caches(), "winvm-node");
    makeDirectory(directory);
    nodeModule.enableCompileCache(directory);
  } catch {
    // It only makes us quicker; who needs the place for more tells what is wrong with it.
  }
  if (process.argv.length === 3 && process.argv[2] === "--version") {
    const { versionLine } = await import("./program/version.ts");
    process.stdout.once("error", (error) => void endWithoutOutput(error));
    process.stdout.write(`${versionLine()}\n`);
  } else {
    const { runProcess } = await import("./process.ts");
    await runProcess();
  }
}

async function endWithoutOutput(failure: NodeJS.ErrnoException): Promise<void> {
  const { tellOutputFailure } = await import("./output/output-failure.ts");
  process.exitCode = await tellOutputFailure(failure);
}

/** The user's caches, as the store finds them. */
function caches(): string {
  const { XDG_CACHE_HOME: cache = "", HOME: home = "" } = process.env;
  if (cache.startsWith("/")) return cache;
  const own = home.startsWith("/") ? home : userInfo().homedir;
  if (!own.startsWith("/")) throw new Error("no home directory");
  return join(own, ".cache");
}

/** Makes a directory with those above it, one by one: below /proc Node's own recursive way never ends. */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  mkdirSync(path);
}
