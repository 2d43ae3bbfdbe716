import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startMachine } from "@winvm/qemu";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { expect, test } from "vitest";
import {
  buildControllerImage,
  connectController,
  controllerMachine,
  controllerPorts,
} from "../src/index.ts";
import { keyPair } from "./keys.ts";
import { needed } from "./vm/machines.ts";

test("the README's example", { tags: ["vm"] }, async (context) => {
  requirePrograms(context, needed);
  const directory = join(temporaryDirectory(), "controller");
  const cacheDirectory = join(testStore(), "debian");
  const { private: privateKey, public: publicKey } = keyPair();

  const image = await buildControllerImage({ directory, cacheDirectory });
  await using machine = await startMachine(
    controllerMachine({
      image,
      name: "controller",
      machineType: "q35",
      accelerator: "tcg",
      shares: [],
      publicKey, // ssh-ed25519 AAAA…
      memory: { kind: "private" },
      rtcBase: "2026-01-01T00:00:00",
    }),
  );
  const controller = await connectController(controllerPorts(machine.ports), { privateKey });
  const { stdout } = await controller.exec(["uname", "-s"]); // Linux

  expect(stdout).toBe("Linux\n");
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? "";
  const lines = example.slice(example.indexOf("\n\n")).split("\n");
  for (const line of lines.filter((text) => text.trim() !== "")) expect(source).toContain(line);
});
