import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createExchange, type Exchange, type Job } from "../src/index.ts";
import { formatStatus } from "../src/protocol/status.ts";

const nonce = "nonce-0123456789";
let root: string;
let exchange: Exchange;

beforeEach(async () => {
  root = temporaryDirectory();
  exchange = await createExchange(join(root, "xchg"));
});

/** Writes a tree: text for a file, an object for a directory. */
type Tree = { readonly [name: string]: string | Buffer | Tree };
function grow(directory: string, tree: Tree): string {
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    if (typeof content === "string" || Buffer.isBuffer(content)) {
      writeFileSync(join(directory, name), content);
    } else grow(join(directory, name), content);
  }
  return directory;
}

/** The outputs' directory. */
function out(): string {
  return join(exchange.directory, "out");
}

/** What is being made in the exchange directory. */
function unfinished(): string[] {
  return readdirSync(exchange.directory).filter((name) => name.startsWith("."));
}

/** Where the guest says what it has to say. */
function status(): string {
  return join(exchange.directory, "status");
}

/** The file in which the guest tells that it has started. */
function started(): string {
  return join(exchange.directory, "status", "started");
}

/** A symbolic link as Linux' SMB client stores it. */
function stored(target: string): string {
  const md5 = createHash("md5").update(target).digest("hex");
  const length = String(target.length).padStart(4, "0");
  return `XSym\n${length}\n${md5}\n${target}\n`.padEnd(1067, " ");
}

/** A job that runs one program. */
function job(name: string): Job {
  return { command: { kind: "argv", argv: [name] } };
}

describe("an exchange directory", () => {
  test("is private and has everything but a job", () => {
    expect(readdirSync(exchange.directory).sort()).toEqual(["in", "log", "out", "status"]);
    expect(statSync(exchange.directory).mode & 0o777).toBe(0o700);
  });

  test("a job is published whole, and takes the place of the one before", async () => {
    await exchange.stageJob({ ...job("one"), cwd: "/" }, { nonce });
    writeFileSync(join(exchange.directory, "status", "outcome"), "old");
    await exchange.stageJob(job("two"), { nonce: "nonce-two" });
    const files = join(exchange.directory, "job");
    expect(readdirSync(files).sort()).toEqual(["argv", "nonce", "run-job.sh", "shares"]);
    expect(readFileSync(join(files, "argv"), "utf8")).toBe("two\0");
    expect(await exchange.readOutcome("nonce-two")).toBeUndefined();
    expect(readdirSync(exchange.directory).sort()).toEqual(["in", "job", "log", "out", "status"]);
  });

  test("a job that is refused leaves the one before as it is", async () => {
    await exchange.stageJob({ command: { kind: "argv", argv: ["one"] } }, { nonce });
    await expect(
      exchange.stageJob({ command: { kind: "argv", argv: [] } }, { nonce }),
    ).rejects.toMatchObject({ code: "XCHG_JOB_INVALID" });
    expect(readFileSync(join(exchange.directory, "job", "argv"), "utf8")).toBe("one\0");
    expect(readdirSync(exchange.directory).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("waitForStarted", () => {
  const record = formatStatus(
    new Map([
      ["nonce", nonce],
      ["epoch", "12"],
    ]),
    nonce,
  );

  test("sees a start that was before it", async () => {
    writeFileSync(started(), record);
    expect(await exchange.waitForStarted(nonce)).toEqual({ epoch: 12 });
  });

  test("sees a start that comes in pieces, once it is whole", async () => {
    const waiting = exchange.waitForStarted(nonce, { timeoutMs: 10_000 });
    writeFileSync(started(), "");
    writeFileSync(started(), record.slice(0, -3));
    const early = await Promise.race([waiting, new Promise((resolve) => setImmediate(resolve))]);
    expect(early).toBeUndefined();
    writeFileSync(started(), record);
    expect(await waiting).toEqual({ epoch: 12 });
  });

  test("sees a start that is renamed into place", async () => {
    const waiting = exchange.waitForStarted(nonce, { timeoutMs: 10_000 });
    writeFileSync(join(root, "made"), record);
    renameSync(join(root, "made"), started());
    expect(await waiting).toEqual({ epoch: 12 });
  });

  test("does not take another job's start, and ends with its limit or signal", async () => {
    writeFileSync(started(), record);
    await expect(exchange.waitForStarted("other-nonce", { timeoutMs: 30 })).rejects.toMatchObject({
      code: "RUNTIME_TIMEOUT",
    });
    const controller = new AbortController();
    const waiting = exchange.waitForStarted("other-nonce", { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
  });
});

describe("stageInputs", () => {
  test("keeps bytes, exec bits, times and links; takes the place of the inputs before", async () => {
    const source = grow(join(root, "source"), { "a.txt": "a", sub: { tool: "#!" }, empty: {} });
    utimesSync(join(source, "a.txt"), 1e9, 1e9);
    utimesSync(join(source, "empty"), 2e8, 2e8);
    symlinkSync("sub/tool", join(source, "link"));
    writeFileSync(join(source, "sub", "tool"), "#!", { mode: 0o755 });
    chmodSync(join(source, "sub", "tool"), 0o555);
    const staged = await exchange.stageInputs(source);
    expect(staged).toEqual({ files: 2, directories: 2, links: 1, bytes: 3, warnings: [] });
    const inputs = join(exchange.directory, "in");
    expect(readFileSync(join(inputs, "a.txt"), "utf8")).toBe("a");
    expect(statSync(join(inputs, "a.txt")).mtimeMs).toBe(1e12);
    expect(statSync(join(inputs, "empty")).mtimeMs).toBe(2e11);
    expect(statSync(join(inputs, "sub", "tool")).mode & 0o777).toBe(0o555);
    expect(readlinkSync(join(inputs, "link"))).toBe("sub/tool");

    await exchange.stageInputs(grow(join(root, "second"), { b: "b" }));
    expect(readdirSync(inputs)).toEqual(["b"]);
    expect(readdirSync(exchange.directory).sort()).toEqual(["in", "log", "out", "status"]);
  });

  test("warns of all that Windows can't hold, and stages it", async () => {
    const source = grow(join(root, "source"), {
      "a:b": "",
      "NUL.txt": "",
      "dot.": "",
      Read: "",
      READ: "",
      ok: "",
    });
    symlinkSync("/etc/passwd", join(source, "out"));
    const { warnings, files } = await exchange.stageInputs(source);
    expect(files).toBe(6);
    expect(warnings.map(({ path }) => path).sort()).toEqual([
      "NUL.txt",
      "Read",
      "a:b",
      "dot.",
      "out",
    ]);
  });

  test("refuses what is no file, telling all of it, and leaves the inputs as they are", async () => {
    const source = grow(join(root, "source"), { sub: {}, ok: "" });
    const server = createServer().listen(join(source, "sub", "socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.of(0xff)]), "");
    const refused = await exchange.stageInputs(source).catch((error: unknown) => error);
    server.close();
    expect(refused).toMatchObject({
      code: "XCHG_INPUTS_UNFIT",
      data: {
        faults: [{ expected: "a name in UTF-8" }, { path: "sub/socket", value: "a socket" }],
      },
    });
    expect(readdirSync(join(exchange.directory, "in"))).toEqual([]);
    await expect(exchange.stageInputs(join(source, "ok"))).rejects.toMatchObject({
      code: "XCHG_INPUTS_UNFIT",
    });
    await expect(exchange.stageInputs(join(source, "none"))).rejects.toThrow("a directory");
  });

  test("refuses a directory that holds the exchange directory, also by a link", async () => {
    symlinkSync(root, join(root, "link"));
    for (const source of [root, join(root, "link"), exchange.directory, "/"]) {
      await expect(exchange.stageInputs(source)).rejects.toMatchObject({
        code: "XCHG_INPUTS_UNFIT",
        data: { faults: [{ path: source, value: exchange.directory }] },
      });
    }
    // A name that only begins in the same way is another.
    await exchange.stageInputs(grow(`${exchange.directory}-more`, { a: "a" }));
    expect(readdirSync(join(exchange.directory, "in"))).toEqual(["a"]);
  });

  test("leaves holes as they are, and ends in the middle of a file when it is cancelled", async () => {
    const source = grow(join(root, "source"), { sparse: "begin" });
    truncateSync(join(source, "sparse"), 1 << 30);
    await exchange.stageInputs(source);
    const copy = statSync(join(exchange.directory, "in", "sparse"));
    expect(copy.size).toBe(1 << 30);
    expect(copy.blocks * 512).toBeLessThan(1 << 20);

    standInForCp("exec sleep 60");
    const cancel = new AbortController();
    const staging = exchange.stageInputs(source, cancel.signal);
    await expect.poll(() => unfinished().length).toBe(1);
    cancel.abort(new Error("enough"));
    await expect(staging).rejects.toThrow("enough");
    expect(unfinished()).toEqual([]);
  });
});

function standInForCp(script: string): void {
  const tools = grow(join(root, "tools"), { cp: `#!/bin/sh\n${script}\n` });
  chmodSync(join(tools, "cp"), 0o755);
  vi.stubEnv("PATH", `${tools}:${process.env["PATH"] ?? ""}`);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe("a cp that does not know what is asked of it", () => {
  test("is no reason to leave a file out", async () => {
    standInForCp("echo unrecognized option >&2; exit 1");
    const source = grow(join(root, "source"), { sparse: "begin" });
    truncateSync(join(source, "sparse"), 2 << 20);
    await exchange.stageInputs(source);
    const copy = readFileSync(join(exchange.directory, "in", "sparse"));
    expect([copy.length, copy.subarray(0, 6).toString()]).toEqual([2 << 20, "begin\0"]);
  });
});

describe("collectOutputs", () => {
  test("makes a new directory whole", async () => {
    grow(out(), { "a.bin": Buffer.from([0, 255]), sub: { b: "b" } });
    symlinkSync("../a.bin", join(out(), "sub", "link"));
    const target = join(root, "new", "place");
    expect(await exchange.collectOutputs(target)).toEqual({
      files: 2,
      directories: 1,
      links: 1,
      bytes: 3,
    });
    expect(readFileSync(join(target, "a.bin"))).toEqual(Buffer.from([0, 255]));
    expect(readlinkSync(join(target, "sub", "link"))).toBe("../a.bin");
    expect(readdirSync(join(root, "new"))).toEqual(["place"]);
  });

  test("makes directories as the umask allows of whoever the outputs are for", async () => {
    grow(out(), { a: "a" });
    for (const umask of [0o77, 0o22, 0o2]) {
      const target = join(root, String(umask), "new", "place");
      await exchange.collectOutputs(target, undefined, umask);
      const made = [target, join(target, ".."), join(target, "../..")];
      expect(made.map((path) => statSync(path).mode & 0o777)).toEqual(
        made.map(() => 0o777 & ~umask),
      );
    }
  });

  test("joins a directory that is there, and replaces files in it", async () => {
    grow(out(), { a: "new", sub: { b: "b" } });
    const target = grow(join(root, "there"), { a: "old", c: "c", sub: { d: "d" } });
    await exchange.collectOutputs(target);
    expect(readFileSync(join(target, "a"), "utf8")).toBe("new");
    expect(readdirSync(target).sort()).toEqual(["a", "c", "sub"]);
    expect(readdirSync(join(target, "sub")).sort()).toEqual(["b", "d"]);
  });

  test("never writes through a link, nor makes one that leads out", async () => {
    const outside = grow(join(root, "outside"), { victim: "safe" });
    grow(out(), { dir: { victim: "bad" }, file: "bad", ok: "ok", deep: {} });
    symlinkSync("/etc/passwd", join(out(), "absolute"));
    symlinkSync("../../victim", join(out(), "deep", "up"));
    symlinkSync("deep/../../victim", join(out(), "around"));
    const target = grow(join(root, "there"), {});
    symlinkSync(outside, join(target, "dir"));
    symlinkSync(join(outside, "victim"), join(target, "file"));
    const error = await exchange.collectOutputs(target).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "XCHG_OUTPUTS_UNFIT" });
    const { faults } = (error as { data: { faults: { path: string }[] } }).data;
    expect(faults.map(({ path }) => path).sort()).toEqual(["absolute", "around", "deep/up", "dir"]);
    expect(readFileSync(join(outside, "victim"), "utf8")).toBe("safe");
    // A file takes the place of a link, not of what it points to; the rest came, too.
    expect(lstatSync(join(target, "file")).isFile()).toBe(true);
    expect(readFileSync(join(target, "ok"), "utf8")).toBe("ok");
    expect(existsSync(join(target, "absolute"))).toBe(false);
  });

  test("what a Linux SMB client stored as a link is one again, if it stays inside", async () => {
    grow(out(), {
      real: "r",
      link: stored("real"),
      evil: stored("/etc"),
      near: stored("real").replace("XSym", "YSym"),
    });
    const target = join(root, "new");
    await expect(exchange.collectOutputs(target)).rejects.toThrow("evil");
    expect(readlinkSync(join(target, "link"))).toBe("real");
    expect(lstatSync(join(target, "near")).size).toBe(1067);
    expect(existsSync(join(target, "evil"))).toBe(false);
  });

  test("refuses a target that is a file", async () => {
    writeFileSync(join(root, "file"), "");
    await expect(exchange.collectOutputs(join(root, "file"))).rejects.toMatchObject({
      code: "XCHG_OUTPUTS_UNFIT",
    });
  });

  test("a job that has removed the directory has left nothing", async () => {
    rmSync(out(), { recursive: true });
    const nothing = { files: 0, directories: 0, links: 0, bytes: 0 };
    expect(await exchange.collectOutputs(join(root, "new"))).toEqual(nothing);
    expect(readdirSync(join(root, "new"))).toEqual([]);
  });

  test("does not follow a link that has taken the directory's place", async () => {
    const outside = grow(join(root, "outside"), { secret: "s" });
    rmSync(out(), { recursive: true });
    symlinkSync(outside, out());
    const target = join(root, "new");
    await expect(exchange.collectOutputs(target)).rejects.toMatchObject({
      code: "XCHG_OUTPUTS_UNFIT",
      data: { faults: [{ path: "out", value: "a link" }] },
    });
    expect(existsSync(join(target, "secret"))).toBe(false);
  });

  test("a target may have the longest name there is; one that can't be made is told as such", async () => {
    grow(out(), { a: "a" });
    const longest = join(root, "n".repeat(255));
    await exchange.collectOutputs(longest);
    expect(readdirSync(longest)).toEqual(["a"]);
    writeFileSync(join(root, "file"), "");
    symlinkSync("nowhere", join(root, "dangling"));
    for (const target of [`${longest}n`, join(root, "file", "below"), join(root, "dangling")]) {
      await expect(exchange.collectOutputs(target)).rejects.toMatchObject({
        code: "XCHG_OUTPUTS_UNFIT",
      });
    }
    expect(readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("leaves holes as they are, and ends with its signal's reason", async () => {
    grow(out(), { sparse: "begin" });
    truncateSync(join(out(), "sparse"), 1 << 30);
    const target = join(root, "new");
    await exchange.collectOutputs(target);
    expect(statSync(join(target, "sparse")).size).toBe(1 << 30);
    expect(statSync(join(target, "sparse")).blocks * 512).toBeLessThan(1 << 20);
    const cancelled = AbortSignal.abort(new Error("enough"));
    await expect(exchange.collectOutputs(join(root, "other"), cancelled)).rejects.toThrow("enough");
    expect(existsSync(join(root, "other"))).toBe(false);
  });
});

describe("readOutcome", () => {
  const record = formatStatus(
    new Map(Object.entries({ nonce, epoch: "1", kind: "exited", exitCode: "0" })),
    nonce,
  );

  test("follows no link, waits for no pipe, and reads only as much as a record can be", async () => {
    writeFileSync(join(root, "elsewhere"), record);
    symlinkSync(join(root, "elsewhere"), join(status(), "outcome"));
    await expect(exchange.readOutcome(nonce)).rejects.toMatchObject({
      code: "XCHG_STATUS_INVALID",
    });
    rmSync(join(status(), "outcome"));
    execFileSync("mkfifo", [join(status(), "outcome")]);
    await expect(exchange.readOutcome(nonce)).rejects.toMatchObject({
      code: "XCHG_STATUS_INVALID",
    });
    rmSync(join(status(), "outcome"));
    writeFileSync(join(status(), "outcome"), record);
    // More than a string can hold.
    truncateSync(join(status(), "outcome"), 2 ** 33);
    await expect(exchange.readOutcome(nonce)).rejects.toMatchObject({
      code: "XCHG_STATUS_INVALID",
    });
    mkdirSync(join(root, "other"));
    writeFileSync(join(root, "other", "outcome"), record);
    rmSync(status(), { recursive: true });
    symlinkSync(join(root, "other"), status());
    await expect(exchange.readOutcome(nonce)).rejects.toMatchObject({
      code: "XCHG_STATUS_INVALID",
    });
    rmSync(status());
    expect(await exchange.readOutcome(nonce)).toBeUndefined();
  });
});
