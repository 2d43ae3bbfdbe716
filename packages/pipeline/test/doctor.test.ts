import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, onTestFinished, test, vi } from "vitest";
import { examineHost } from "../src/index.ts";

test(
  "doctor tells of a setpriv that knows no death signal",
  { tags: ["host"], timeout: 60_000 },
  async () => {
    const directory = temporaryDirectory();
    // As BusyBox' does.
    const script = '#!/bin/sh\necho "setpriv: unrecognized option: $1" >&2\nexit 1\n';
    writeFileSync(join(directory, "setpriv"), script, { mode: 0o755 });
    vi.stubEnv("PATH", `${directory}:${process.env["PATH"]}`);
    vi.stubEnv("WINVM_ACCELERATOR", "tcg");
    onTestFinished(() => void vi.unstubAllEnvs());
    const needs = await examineHost({ store: join(temporaryDirectory(), "store") });
    expect(needs.find(({ name }) => name === "setpriv")).toMatchObject({
      status: "warning",
      found: expect.stringContaining("--pdeathsig"),
      hint: expect.stringContaining("util-linux 2.33"),
    });
  },
);
