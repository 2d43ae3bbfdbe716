import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { CONTROLLER_PORTS, controllerPorts } from "../../src/index.ts";
import { TwoPorts } from "../../src/connection/two-ports.ts";
import { socketPair } from "../socket-pair.ts";

async function twoPorts() {
  const [input, heard] = await socketPair();
  const [output, spoken] = await socketPair();
  return { port: new TwoPorts(input, output), input, heard, output, spoken };
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
});

test("the ports are found by their names", async () => {
  const pairs = await Promise.all(CONTROLLER_PORTS.map(() => socketPair()));
  const ports = new Map(CONTROLLER_PORTS.map((name, index) => [name, pairs[index]![0]]));
  const { ssh, mount } = controllerPorts(ports);
  ssh.write("to sshd");
  mount.write("to mount");
  expect(String((await once(pairs[0]![1], "data"))[0])).toBe("to sshd");
  expect(String((await once(pairs[2]![1], "data"))[0])).toBe("to mount");
});

test("a machine without them is refused by name", () => {
  expect(() => controllerPorts(new Map())).toThrow(
    expect.objectContaining({
      code: "CONTROLLER_INVALID",
      hint: expect.stringContaining("winvm.ssh.in, winvm.ssh.out"),
    }),
  );
});
