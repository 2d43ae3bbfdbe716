import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import type { RunningMachine } from "@winvm/qemu";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { sambaConfig } from "@winvm/xchg";
import type { SmbDialect } from "@winvm/xchg";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Controller } from "../../src/index.ts";
import {
  connect,
  describeController,
  needed,
  shareDirectory,
  startMachine,
  testImage,
} from "./machines.ts";
import { keyPair } from "../keys.ts";

function config(dialect: SmbDialect): string {
  return sambaConfig({ dialect, shares: [{ tag: "xchg", readOnly: false }], user: "winvm" });
}

interface Running {
  readonly controller: Controller;
  readonly machine: RunningMachine;
  readonly directory: string;
  readonly share: string;
}

async function boot(): Promise<Running> {
  const image = await testImage();
  const keys = keyPair();
  const directory = temporaryDirectory();
  const share = shareDirectory(directory, "share");
  writeFileSync(join(share, "hello"), "from the host");
  const shares = [{ tag: "xchg", directory: share, readOnly: false }];
  const serialLog = join(directory, "console.log");
  const description = describeController(image, { shares, publicKey: keys.public, serialLog });
  const started = performance.now();
  const machine = await startMachine(description);
  onTestFinished(async () => void (await machine.kill()));
  const controller = await connect(machine, keys.private);
  console.log(`controller: ${((performance.now() - started) / 1000).toFixed(1)} s to the login`);
  return { controller, machine, directory, share };
}

describe("a controller", { tags: ["vm"] }, () => {
  test("boots, runs programs, mounts shares and serves them", async (context) => {
    requirePrograms(context, needed);
    const { controller, directory, share } = await boot();
    expect(readFileSync(join(directory, "console.log"), "utf8")).toContain("winvm: ready");

    // What mounts yields to what speaks to the guest.
    const stat = await controller.exec(["sh", "-c", "cat /proc/[0-9]*/stat"]);
    const niceness = (name: string): string[] =>
      stat.stdout
        .split("\n")
        .filter((line) => line.includes(` (${name}) `))
        .map((line) => line.slice(line.indexOf(")")).split(" ")[17] ?? "");
    expect(new Set(niceness("mount"))).toEqual(new Set(["15"]));
    expect(new Set(niceness("sshd"))).toEqual(new Set(["0"]));

    // Programs.
    const argv = ["printf", "%s|", "a b", "", "$HOME", "it's", "*", "\\x\n"];
    expect(await controller.exec(argv)).toEqual({
      code: 0,
      stdout: "a b||$HOME|it's|*|\\x\n|",
      stderr: "",
    });
    const script = ["sh", "-c", "cat; echo err >&2; exit 7"];
    expect(await controller.exec(script, { stdin: "input" })).toEqual({
      code: 7,
      stdout: "input",
      stderr: "err\n",
    });
    expect(await controller.exec(["sh", "-c", "kill -9 $$"])).toMatchObject({
      code: null,
      signal: "KILL",
    });
    expect((await controller.exec(["no-such-program"])).code).toBe(127);
    await expect(controller.exec(["sleep", "100"], { timeoutMs: 200 })).rejects.toMatchObject({
      code: "RUNTIME_TIMEOUT",
    });
    const cancel = new AbortController();
    const sleeping = controller.exec(["sleep", "100"], { signal: cancel.signal });
    setImmediate(() => cancel.abort());
    await expect(sleeping).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    // Both were really ended: no sleep is left.
    expect((await controller.exec(["sh", "-c", "ps | grep -c '[s]leep 100'"])).stdout).toBe("0\n");

    // 50 MB of binary, byte for byte.
    const size = 50_000_000;
    const hash = createHash("sha256");
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done();
      },
    });
    const noise = `cat /usr/sbin/smbd /usr/lib/x86_64-linux-gnu/lib*.so* /usr/bin/* | head -c ${size} | tee /tmp/noise`;
    expect((await controller.exec(["sh", "-c", noise], { stdout })).code).toBe(0);
    const sum = (await controller.exec(["sha256sum", "/tmp/noise"])).stdout.split(" ")[0];
    expect(hash.digest("hex")).toBe(sum);
    await controller.exec(["rm", "/tmp/noise"]);
    const bytes = Buffer.alloc(5_000_000, "winvm");
    const stdin = new PassThrough();
    stdin.end(bytes);
    const arrived = await controller.exec(["sha256sum"], { stdin });
    expect(arrived.stdout).toContain(createHash("sha256").update(bytes).digest("hex"));

    // Shares.
    await controller.mountShares(["xchg"]);
    await controller.mountShares(["xchg"]);
    expect((await controller.exec(["cat", "/srv/xchg/io/hello"])).stdout).toBe("from the host");
    writeFileSync(join(share, "hello"), "changed");
    expect((await controller.exec(["cat", "/srv/xchg/io/hello"])).stdout).toBe("changed");
    await expect(controller.mountShares(["nosuch"])).rejects.toMatchObject({
      code: "CONTROLLER_SHARE_FAILED",
    });
    const holder = controller.exec(
      ["sh", "-c", "exec 3</srv/xchg/io/hello; echo open; sleep 100"],
      {
        signal: AbortSignal.timeout(20_000),
        stdout: new Writable({
          write(_chunk, _encoding, done) {
            opened.resolve();
            done();
          },
        }),
      },
    );
    const opened = Promise.withResolvers<void>();
    holder.catch(() => {});
    await opened.promise;
    await expect(controller.unmountShares(["xchg"])).rejects.toMatchObject({
      code: "CONTROLLER_SHARE_BUSY",
    });
    await controller.exec(["killall", "sleep"]);
    await holder;
    await controller.unmountShares(["xchg"]);
    await controller.unmountShares(["xchg"]);

    // The clock.
    await controller.setClock(new Date("2031-05-06T07:08:09Z"));
    expect((await controller.exec(["date", "-u", "+%Y-%m-%d %H"])).stdout).toBe("2031-05-06 07\n");

    // Samba, in every dialect of the guests.
    await expect(
      controller.startSamba({ config: config("SMB3_11"), user: "root", password: "x" }),
    ).rejects.toMatchObject({ code: "CONTROLLER_INVALID" });
    await controller.startSamba({ config: config("SMB3_11"), user: "winvm", password: "s3cr3t" });
    expect(await controller.sambaStatus()).toEqual({ sessions: [], trees: [], openFiles: [] });
    await controller.reloadSamba(config("NT1"));
    // The account has no rights of its own, and its password is nowhere in the clear.
    const { stdout: account } = await controller.exec(["id", "winvm"]);
    expect(account).toContain(`uid=${process.getuid?.() || 1000}(winvm)`);
    expect(account).not.toContain("root");
    const seen = await controller.exec(["sh", "-c", "grep -r s3cr[3]t /etc /var /run /tmp; ps"]);
    expect(seen.stdout).not.toContain("s3cr3t");

    // No guest is connected, and no key of one is here.
    expect(await controller.guestAlive()).toBe(false);
    await expect(controller.guest("true")).rejects.toMatchObject({ code: "CONTROLLER_GUEST_LOST" });
  });

  test("no wake-up of its sshd is lost among hundreds", { timeout: 120_000 }, async (context) => {
    requirePrograms(context, needed);
    const { controller } = await boot();
    for (let round = 0; round < 400; round += 1) {
      const argv = [["date", "uptime", "ps"][round % 3] ?? ""];
      expect(await controller.exec(argv, { timeoutMs: 10_000 })).toMatchObject({ code: 0 });
    }
  });

  test("that dies takes what waits for it along", async (context) => {
    requirePrograms(context, needed);
    const { controller, machine } = await boot();
    const waiting = controller.exec(["sleep", "100"]);
    setTimeout(() => void machine.kill(), 100);
    await expect(waiting).rejects.toMatchObject({ code: "CONTROLLER_CONNECTION_LOST" });
    await controller.close();
  });

  test("is not entered with another key", async (context) => {
    requirePrograms(context, needed);
    const image = await testImage();
    const description = describeController(image, { shares: [], publicKey: keyPair().public });
    const machine = await startMachine(description);
    onTestFinished(async () => void (await machine.kill()));
    await expect(connect(machine, keyPair().private)).rejects.toMatchObject({
      code: "CONTROLLER_CONNECT_FAILED",
    });
  });
});
