import { duplexPair } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseGreeting, readGreeting } from "../../src/connection/greeting.ts";
import { plainFraming } from "../../src/protocol/aes-gcm.ts";

const IDENT = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10";
const KEXINIT = Buffer.concat([Buffer.from([20]), Buffer.alloc(120, 7)]);
const GREETING = Buffer.concat([Buffer.from(`${IDENT}\r\n`), plainFraming.seal(KEXINIT)]);

test("a greeting is the identification and the KEXINIT", () => {
  expect(parseGreeting(GREETING)).toEqual({
    ident: true,
    greeting: { ident: IDENT, kexInit: KEXINIT, bytes: GREETING },
  });
});

test("it is found behind the rest of another session, wherever the stream is cut, and answered once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.nat(GREETING.byteLength + 40), { maxLength: 8 }),
      async (rest, cuts) => {
        const [port, server] = duplexPair();
        const stream = Buffer.concat([rest, GREETING]);
        const reading = readGreeting(port, { timeoutMs: 5000 });
        const points = [0, ...cuts.toSorted((a, b) => a - b), stream.byteLength];
        for (const [index, point] of points.entries())
          server.write(stream.subarray(points[index - 1] ?? 0, point));
        expect((await reading).kexInit).toEqual(KEXINIT);
        expect(String(server.read())).toBe("SSH-2.0-winvm\r\n");
        expect(port.isPaused()).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

test("nothing is said before the server has greeted", async () => {
  const [port, server] = duplexPair();
  const reading = readGreeting(port, { timeoutMs: 50 });
  await expect(reading).rejects.toMatchObject({ code: "RUNTIME_TIMEOUT" });
  expect(server.read()).toBeNull();
});

test("a port that closes is told so", async () => {
  const [port, server] = duplexPair();
  const reading = readGreeting(port);
  server.end();
  await expect(reading).rejects.toMatchObject({ code: "CONTROLLER_NO_GREETING" });
});

test("a port that was closed before is told so", async () => {
  const [port] = duplexPair();
  port.destroy();
  await expect(readGreeting(port)).rejects.toMatchObject({ code: "CONTROLLER_NO_GREETING" });
});
