import { once } from "node:events";
import type { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import { CONTROLLER_PORTS, controllerPort } from "../../src/index.ts";
import { socketPair } from "../socket-pair.ts";

async function twoPorts() {
  const [input, heard] = await socketPair();
  const [output, spoken] = await socketPair();
  const ports = new Map<string, Duplex>([
    [CONTROLLER_PORTS.input, input],
    [CONTROLLER_PORTS.output, output],
  ]);
  return { port: controllerPort(ports), input, heard, output, spoken };
}

describe("the two ports as one stream", () => {
  test("one is written to, the other is read", async () => {
    const { port, heard, spoken } = await twoPorts();
    port.write("to the controller");
    spoken.write("from the controller");
    expect(String((await once(heard, "data"))[0])).toBe("to the controller");
    expect(String((await once(port, "data"))[0])).toBe("from the controller");
  });

  test("a reader that pauses loses nothing", async () => {
    const { port, spoken } = await twoPorts();
    const bytes = Buffer.alloc(3_000_000, "winvm");
    spoken.end(bytes);
    const chunks: Buffer[] = [];
    port.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      port.pause();
      setImmediate(() => port.resume());
    });
    await once(port, "end");
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test.each(["heard", "spoken"] as const)("ends with the machine (%s)", async (end) => {
    const parts = await twoPorts();
    parts.port.resume();
    parts[end].destroy();
    await once(parts.port, "close");
    expect(parts.input.destroyed && parts.output.destroyed).toBe(true);
  });

  test("a machine without them is refused by name", () => {
    const sole = new Map<string, Duplex>();
    expect(() => controllerPort(sole)).toThrow(
      expect.objectContaining({
        code: "CONTROLLER_INVALID",
        hint: expect.stringContaining("winvm.ssh.in and winvm.ssh.out"),
      }),
    );
  });
});
