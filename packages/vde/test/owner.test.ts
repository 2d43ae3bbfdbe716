import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isProcessAlive, poll, processIdentity, startProcess } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { expect, test, vi } from "vitest";
import { removeStaleRunDirectories, startSwitch } from "../src/index.ts";

const ownerScript = fileURLToPath(new URL("fixtures/owner.ts", import.meta.url));

test(
  "kill -9 of the owner ends the switch; the next start removes what is left",
  { tags: ["host"] },
  async (context) => {
    requirePrograms(context, { vde_switch: "vde2" });
    const base = temporaryDirectory();
    vi.stubEnv("XDG_RUNTIME_DIR", base);
    context.onTestFinished(() => void vi.unstubAllEnvs());
    await using owner = await startProcess({
      name: "owner",
      file: process.execPath,
      args: ["--conditions=@winvm/source", ownerScript],
    });
    const { pid, socketDirectory } = await poll(
      "hear from the owner",
      async () => /^\{.*\}$/m.exec(owner.recentOutput())?.[0],
      { intervalMs: 20, timeoutMs: 20_000 },
    ).then((line) => JSON.parse(line) as { pid: number; socketDirectory: string });
    const identity = await processIdentity(pid);
    if (!identity) throw new Error("the switch does not run");
    // While its owner lives, nobody removes the directory.
    expect(await removeStaleRunDirectories(base)).toEqual([]);

    process.kill(owner.pid, "SIGKILL");
    await poll(
      "see the switch end",
      async () => ((await isProcessAlive(identity)) ? undefined : true),
      {
        intervalMs: 20,
        timeoutMs: 10_000,
      },
    );
    expect(existsSync(join(socketDirectory, ".."))).toBe(true);
    await using next = await startSwitch();
    expect(existsSync(join(socketDirectory, ".."))).toBe(false);
    expect(existsSync(next.socketDirectory)).toBe(true);
  },
);
