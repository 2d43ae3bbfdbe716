import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { duplexPair, PassThrough } from "node:stream";
import type { Duplex } from "node:stream";
import ssh2 from "ssh2";
import type { Connection } from "ssh2";
import { describe, expect, test } from "vitest";
import { Collector, driveCommand } from "../../src/session/drive.ts";
import { FrozenSession } from "../../src/session/frozen-session.ts";
import { parsePrivateKey } from "../../src/session/private-key.ts";
import type { Session } from "../../src/session/session.ts";
import { Ssh2Session } from "../../src/session/ssh2-session.ts";
import { keyPair } from "../keys.ts";
import { socketPair } from "../socket-pair.ts";

const { Server, utils } = ssh2;
const hostKey = keyPair();
const clientKey = keyPair();
const otherKey = keyPair();

/** ssh2's own server at the other end of a stream: another implementation of everything that is spoken here. */
async function server(): Promise<Duplex> {
  const [port, far] = await socketPair();
  const ssh = new Server({ hostKeys: [hostKey.private], ident: "OpenSSH_test" }, serve);
  ssh.injectSocket(far);
  return port;
}

function serve(client: Connection): void {
  client.on("error", () => {});
  client.on("authentication", (context) => {
    const allowed = utils.parseKey(clientKey.public);
    if (allowed instanceof Error || context.method !== "publickey") return context.reject();
    if (!context.key.data.equals(allowed.getPublicSSH())) return context.reject();
    if (context.signature === undefined || context.blob === undefined) return context.accept();
    // The types say that it is a boolean, the documentation that it may be an error.
    const good: unknown = allowed.verify(context.blob, context.signature);
    return good === true ? context.accept() : context.reject();
  });
  client.on("session", (accept) => {
    const session = accept();
    session.on("exec", (start, refuse, { command }) => {
      if (command === "refuse") return refuse();
      const stream = start();
      if (command === "exec sh") {
        const shell = spawn("/bin/sh", { stdio: "pipe" });
        stream.pipe(shell.stdin);
        shell.stdout.pipe(stream, { end: false });
        shell.on("close", (code) => {
          stream.exit(code ?? 255);
          stream.end();
        });
        return;
      }
      if (command === "cat") {
        stream.pipe(stream, { end: false });
        stream.on("end", () => {
          stream.exit(0);
          stream.end();
        });
        return;
      }
      if (command.startsWith("bytes ")) {
        stream.write(Buffer.alloc(Number(command.slice(6)), 0x5a), () => {
          stream.exit(0);
          stream.end();
        });
        return;
      }
      if (command === "rekey") {
        const bytes = Buffer.alloc(3_000_000, 0x5a);
        stream.write(bytes);
        (client as unknown as { rekey: () => void }).rekey();
        stream.write(bytes, () => {
          stream.exit(0);
          stream.end();
        });
        return;
      }
      if (command === "die") {
        (stream.exit as (signal: string) => void)("TERM");
        stream.end();
        return;
      }
      if (command === "break") {
        client.end();
        return;
      }
      stream.write("out");
      stream.stderr.write("err");
      stream.exit(7);
      stream.end();
    });
  });
}

async function run(
  session: Session,
  command: string,
  stdin?: string,
): Promise<{ exit: unknown; stdout: Buffer; stderr: string }> {
  const [out, err] = [new Collector(), new Collector()];
  const remote = await session.run(command);
  const streams = { stdout: out, stderr: err, stdin };
  const exit = await driveCommand(command, remote, streams, { timeoutMs: 10_000 });
  return { exit, stdout: out.bytes, stderr: err.text() };
}

const key = parsePrivateKey(clientKey.private, "test");
const kinds: readonly (readonly [string, (port: Duplex) => Promise<Session>])[] = [
  ["a live session", (port) => Ssh2Session.connect(port, clientKey.private, { timeoutMs: 10_000 })],
  ["a frozen session", (port) => FrozenSession.connect(port, key, { timeoutMs: 10_000 })],
  [
    "a session that was frozen and goes on",
    async (port) => {
      const first = await FrozenSession.connect(port, key, { timeoutMs: 10_000 });
      await run(first, "anything");
      return FrozenSession.resume(port, await first.freeze());
    },
  ],
];

describe.each(kinds)("%s", (_name, connect) => {
  test("tells output, errors and exit code apart", async () => {
    const session = await connect(await server());
    expect(await run(session, "anything")).toEqual({
      exit: { code: 7 },
      stdout: Buffer.from("out"),
      stderr: "err",
    });
  });

  test("passes input on, and its end", async () => {
    const session = await connect(await server());
    expect(String((await run(session, "cat", "input")).stdout)).toBe("input");
    expect(String((await run(session, "cat")).stdout)).toBe("");
  });

  test("moves more than the windows, byte for byte, both ways", async () => {
    const session = await connect(await server());
    const size = 5_000_000;
    const { stdout } = await run(session, `bytes ${size}`);
    expect(stdout.equals(Buffer.alloc(size, 0x5a))).toBe(true);
    const sent = "0123456789abcdef".repeat(size / 16);
    expect((await run(session, "cat", sent)).stdout.toString() === sent).toBe(true);
  });

  test("goes on under new keys where the server asks for them", async () => {
    const session = await connect(await server());
    for (let round = 0; round < 3; round += 1) {
      const sent = "0123456789abcdef".repeat(20_000);
      const [{ stdout, exit }, echo] = await Promise.all([
        run(session, "rekey"),
        run(session, "cat", sent),
      ]);
      expect(stdout.equals(Buffer.alloc(6_000_000, 0x5a))).toBe(true);
      expect(exit).toEqual({ code: 0 });
      expect(echo.stdout.toString() === sent).toBe(true);
    }
  });

  test("runs several commands at once", async () => {
    const session = await connect(await server());
    const results = await Promise.all(["a", "b", "c"].map((text) => run(session, "cat", text)));
    expect(results.map(({ stdout }) => String(stdout))).toEqual(["a", "b", "c"]);
  });

  test("tells a signal", async () => {
    const session = await connect(await server());
    expect((await run(session, "die")).exit).toEqual({ code: null, signal: "TERM" });
  });

  test("tells a refusal", async () => {
    const session = await connect(await server());
    await expect(session.run("refuse")).rejects.toMatchObject({
      code: "CONTROLLER_COMMAND_FAILED",
    });
  });

  test("says nothing of an exit when the connection breaks", async () => {
    const session = await connect(await server());
    expect((await run(session, "break")).exit).toBeUndefined();
    expect(await session.closed).toMatchObject({ code: "CONTROLLER_CONNECTION_LOST" });
    await expect(session.run("cat")).rejects.toMatchObject({ code: "CONTROLLER_CONNECTION_LOST" });
  });

  test("ends a command whose wait is over", async () => {
    const session = await connect(await server());
    const remote = await session.run("cat");
    const stdin = new PassThrough();
    await expect(driveCommand("wait", remote, { stdin }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: "RUNTIME_TIMEOUT",
    });
    // The session is none the worse.
    expect((await run(session, "anything")).exit).toEqual({ code: 7 });
  });
});

test("the wrong key is refused", async () => {
  const wrong = parsePrivateKey(otherKey.private, "test");
  await expect(FrozenSession.connect(await server(), wrong, {})).rejects.toMatchObject({
    code: "CONTROLLER_CONNECT_FAILED",
  });
  await expect(Ssh2Session.connect(await server(), otherKey.private, {})).rejects.toMatchObject({
    code: "CONTROLLER_CONNECT_FAILED",
  });
});

test("a shell that stood by runs the first command that reads nothing, and only that", async () => {
  const port = await server();
  const first = await FrozenSession.connect(port, key, { timeoutMs: 10_000 });
  const session = FrozenSession.resume(port, await first.freeze());
  const [out, err] = [new Collector(), new Collector()];
  const remote = await session.run("x=1; echo $((x + 1)); exit 5", { noInput: true });
  const streams = { stdout: out, stderr: err };
  expect(await driveCommand("first", remote, streams, { timeoutMs: 10_000 })).toEqual({ code: 5 });
  expect(out.text()).toBe("2\n");
  expect((await run(session, "anything")).exit).toEqual({ code: 7 });
});

test("a session that an earlier version has frozen ends with an error where it is asked for new keys", async () => {
  const port = await server();
  const frozen = await (await FrozenSession.connect(port, key, {})).freeze();
  const kept = JSON.parse(Buffer.from(frozen, "base64").toString()) as { beginning?: unknown };
  delete kept.beginning;
  const old = Buffer.from(JSON.stringify(kept)).toString("base64");
  const session = FrozenSession.resume(port, old);
  expect((await run(session, "rekey")).exit).toBeUndefined();
  expect(await session.closed).toMatchObject({
    code: "CONTROLLER_CONNECTION_LOST",
    happened: expect.stringContaining("new keys"),
  });
});

test("a session with an open command can't be frozen", async () => {
  const session = await FrozenSession.connect(await server(), key, {});
  const remote = await session.run("cat");
  await expect(session.freeze()).rejects.toMatchObject({ code: "CONTROLLER_INVALID" });
  remote.destroy();
});

test.each([["not base64 of anything"], [""], [Buffer.from('{"format":1}').toString("base64")]])(
  "%j is no frozen session",
  (text) => {
    const [port] = duplexPair();
    expect(() => FrozenSession.resume(port, text)).toThrow(
      expect.objectContaining({ code: "CONTROLLER_INVALID" }),
    );
  },
);

test("a sink that breaks ends the command with the sink's error", async () => {
  const session = await FrozenSession.connect(await server(), key, {});
  const remote = await session.run("bytes 5000000");
  const sink = new PassThrough();
  setImmediate(() => sink.destroy(new Error("EPIPE, as it were")));
  await expect(driveCommand("write", remote, { stdout: sink }, {})).rejects.toThrow("EPIPE");
});

test("an input that can't be read ends the command with an error: to the command it would be the end", async () => {
  const session = await FrozenSession.connect(await server(), key, {});
  const remote = await session.run("cat");
  // Reading a directory fails with EISDIR.
  const stdin = createReadStream("/");
  const wait = { timeoutMs: 10_000 };
  await expect(driveCommand("read", remote, { stdin }, wait)).rejects.toMatchObject({
    code: "CONTROLLER_INPUT_FAILED",
    happened: expect.stringContaining("EISDIR"),
  });
  // The same where it has failed before.
  const second = await session.run("cat");
  await expect(driveCommand("read", second, { stdin }, wait)).rejects.toMatchObject({
    code: "CONTROLLER_INPUT_FAILED",
  });
  expect((await run(session, "anything")).exit).toEqual({ code: 7 });
});
