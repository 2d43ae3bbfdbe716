#!/usr/bin/env node
// Runs on any Node from 14.8 up to the guard: no import here may need more.
import { homedir } from "node:os";
import { join } from "node:path";
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
  // Not Node's default place below /tmp, where another user could leave code for us to run.
  const cache = process.env["XDG_CACHE_HOME"];
  const caches = cache?.startsWith("/") ? cache : join(homedir(), ".cache");
  nodeModule.enableCompileCache(join(caches, "winvm-node"));
  if (process.argv.length === 3 && process.argv[2] === "--version") {
    const { versionLine } = await import("./program/version.ts");
    process.stdout.write(`${versionLine()}\n`);
  } else {
    const { runProcess } = await import("./process.ts");
    await runProcess();
  }
}
