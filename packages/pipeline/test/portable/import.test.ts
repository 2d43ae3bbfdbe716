import { execFileSync } from "node:child_process";
import {
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { PassThrough } from "node:stream";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import {
  collectGarbage,
  exportState,
  importState,
  listStates,
  nameState,
  pinEntry,
  type PipelineEvent,
} from "../../src/index.ts";
import { decodeHeader, decodeStart, encodeHeader, startBytes } from "../../src/portable/format.ts";
import type { ContainerHeader } from "../../src/portable/format.ts";
import { giveStateName, readStateNames } from "../../src/states/state-names.ts";
import { Store } from "../../src/store/store.ts";
import { makeSmallState, small } from "../support/small-state.ts";

const kinds = ["media", "images", "states"] as const;

function everything(root: string): readonly string[] {
  return kinds.flatMap((kind) => readdirSync(join(root, kind)).map((name) => `${kind}/${name}`));
}

function cancelledSoon(store: string) {
  return { store, signal: AbortSignal.timeout(300) };
}

/** A change of a header: all files get this name. */
const renamed = (name: string) => (header: ContainerHeader) => ({
  ...header,
  entries: header.entries.map((entry) => ({
    ...entry,
    files: entry.files.map((one) => ({ ...one, name })),
  })),
});

describe("from store to store", { tags: ["host"] }, () => {
  let from: string;
  let to: string;
  let file: string;

  beforeEach(async () => {
    const root = temporaryDirectory();
    from = join(root, "from");
    to = join(root, "to");
    file = join(root, "state.winvm");
    await makeSmallState(from);
  });

  async function failing(
    changed: Buffer,
  ): Promise<{ code: string; message: string; data: object }> {
    const path = join(from, "changed");
    writeFileSync(path, changed);
    const errors: { code: string; message: string; data: object }[] = [];
    for (const source of [path, createReadStream(path)]) {
      const error = await importState({ from: source }, { store: to }).catch((e: unknown) => e);
      errors.push(error as (typeof errors)[number]);
      expect(everything(to)).toEqual([]);
      expect(readdirSync(join(to, "locks"))).toEqual([]);
    }
    expect(errors[1]?.code).toBe(errors[0]?.code);
    return errors[0] as (typeof errors)[number];
  }

  /** The container with another header; the rest does not matter where it is refused by the first. */
  function withHeader(change: (header: ContainerHeader) => unknown): Buffer {
    const bytes = readFileSync(file);
    const { length } = decodeStart(bytes);
    const header = decodeHeader(bytes.subarray(startBytes, 8 + length));
    return Buffer.concat([
      encodeHeader(change(header) as ContainerHeader),
      bytes.subarray(8 + length),
    ]);
  }

  test("a state comes with all that it needs, its parent too; what is there is not written again", async () => {
    const exported = await exportState({ state: "c100", to: file }, { store: from });
    expect(exported).toMatchObject({ state: small.state, file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(file, ".."))).not.toContainEqual(expect.stringMatching(/^\.state/));
    const fractions: number[] = [];
    const first = await importState(
      { from: file },
      {
        store: to,
        onEvent: (event) => {
          if (event.type === "stage:step" && event.fraction !== undefined)
            fractions.push(event.fraction);
        },
      },
    );
    expect(first.entries).toEqual(exported.entries.map((what) => ({ what, added: true })));
    expect(fractions.at(-1)).toBe(1);
    for (const entry of exported.entries) {
      const manifest = readFileSync(join(from, entry, "manifest.json"), "utf8");
      expect(readFileSync(join(to, entry, "manifest.json"), "utf8")).toBe(manifest);
      for (const name of Object.keys((JSON.parse(manifest) as { files: object }).files)) {
        const [here, there] = [join(from, entry, name), join(to, entry, name)];
        expect(readFileSync(there).equals(readFileSync(here)), name).toBe(true);
        expect(statSync(there).blocks).toBeLessThanOrEqual(statSync(here).blocks);
      }
    }
    expect(readdirSync(join(to, "states", small.state))).not.toContain("guest.log");
    const inode = statSync(join(to, "states", small.state, "guest.ram")).ino;
    const again = await importState({ from: createReadStream(file) }, { store: to });
    expect(again.entries.map(({ added }) => added)).toEqual([false, false, false, false]);
    expect(statSync(join(to, "states", small.state, "guest.ram")).ino).toBe(inode);
  });

  test("a name of which nobody can tell whose it is here is not taken", async () => {
    await nameState({ name: "warm", state: small.state }, { store: from });
    await exportState({ state: "warm", to: file }, { store: from });
    const { layout } = await Store.open(to);
    // What the kernel refuses to read, to root as well.
    symlinkSync("warm", join(layout.names, "warm"));
    const { names } = await importState({ from: file }, { store: to });
    const why = "whose it is here can't be read now";
    expect(names).toEqual([{ name: "warm", key: small.state, given: false, why }]);
    expect(readlinkSync(join(layout.names, "warm"))).toBe("warm");
  });

  test("states keep their names, unless those are the names of others there", async () => {
    const options = { store: from };
    await exportState({ state: small.state, to: file }, options);
    const without = readFileSync(file);
    await nameState({ name: "tools", state: small.parent }, options);
    await nameState({ name: "warm", state: small.state }, options);
    await nameState({ name: "b-side", state: small.state }, options);
    const exported = await exportState({ state: "warm", to: file }, options);
    expect(exported.names).toEqual(["b-side", "tools", "warm"]);
    // There, one of them is free, one the name of a state that is gone, and one of another state.
    const { layout } = await Store.open(to);
    const other = "dddd0000000000000000000000000000";
    mkdirSync(join(to, "states", other));
    writeFileSync(
      join(to, "states", other, "manifest.json"),
      JSON.stringify({ format: 1, kind: "states", key: other, inputs: {}, files: {}, facts: {} }),
    );
    await giveStateName(layout, "b-side", small.image);
    await giveStateName(layout, "warm", other);
    const warnings: unknown[] = [];
    const onEvent = (event: PipelineEvent): void => {
      if (event.type !== "warning" || event.code !== "PIPELINE_NAME_TAKEN") return;
      warnings.push(event);
      // No state can be removed before it has its name.
      for (const key of [small.state, small.parent])
        expect(readdirSync(join(to, "locks"))).toContain(basename(layout.lock("states", key)));
    };
    const imported = await importState({ from: file }, { store: to, onEvent });
    expect(imported.names).toEqual([
      { name: "b-side", key: small.state, given: true },
      { name: "tools", key: small.parent, given: true },
      { name: "warm", key: small.state, given: false, why: `here it is the name of ${other}` },
    ]);
    expect(imported.state.names).toEqual(["b-side"]);
    expect(warnings).toEqual([
      expect.objectContaining({ hint: expect.stringContaining("--name OTHER=c1000000") }),
    ]);
    expect(Object.fromEntries(await readStateNames(layout))).toEqual({
      "b-side": small.state,
      tools: small.parent,
      warm: other,
    });
    // Once more there is nothing to do; and a file of an older version, which has no names, takes none away.
    const again = await importState({ from: file }, { store: to });
    expect(again.names.map(({ given }) => given)).toEqual([true, true, false]);
    writeFileSync(file, without);
    expect((await importState({ from: file }, { store: to })).names).toEqual([]);
    expect((await readStateNames(layout)).size).toBe(3);
    expect(without.includes('"names"')).toBe(false);
  });

  test("through a pipe, with a warning where this QEMU is another", async () => {
    const pipe = new PassThrough();
    const warnings: string[] = [];
    const onEvent = (event: { type: string; message?: string }): void => {
      if (event.type === "warning") warnings.push(event.message ?? "");
    };
    const written: Buffer[] = [];
    pipe.on("data", (chunk: Buffer) => written.push(chunk));
    const exporting = exportState({ state: "reference", to: pipe }, { store: from });
    const importing = importState({ from: pipe }, { store: to, onEvent });
    await exporting;
    pipe.end();
    expect((await importing).state.key).toBe(small.parent);
    await exportState({ state: small.parent, to: file }, { store: from });
    expect(Buffer.concat(written).equals(readFileSync(file))).toBe(true);
    expect(warnings).toEqual([expect.stringContaining("QEMU 0.0 (of a test)")]);
  });

  test("a damaged, a cut, a foreign and a newer file are refused, and leave nothing", async () => {
    await exportState({ state: small.state, to: file }, { store: from });
    const bytes = readFileSync(file);
    for (const at of [bytes.length - 200_000, bytes.length - 300, bytes.length - 10]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 4;
      const { code, message } = await failing(changed);
      expect(code).toBe("PIPELINE_IMPORT_INVALID");
      expect(message).toMatch(/damaged in the part that begins at byte \d+/);
    }
    for (const length of [0, 10, 500, bytes.length - 100_000, bytes.length - 1]) {
      expect((await failing(bytes.subarray(0, length))).code).toBe("PIPELINE_IMPORT_INVALID");
    }
    const foreign = await failing(
      Buffer.from("PK\u0003\u0004 and so on, as archives go on".repeat(9)),
    );
    expect(foreign.message).toContain("it is no state that `winvm export` has written");
    const newer = Buffer.from(bytes);
    newer.writeUInt32LE(2, startBytes - 4);
    expect(await failing(newer)).toMatchObject({
      code: "PIPELINE_IMPORT_NEWER",
      message: expect.stringContaining("its format is 2"),
    });
    await expect(importState({ from: join(to, "nowhere") }, { store: to })).rejects.toMatchObject({
      code: "PIPELINE_IMPORT_UNREADABLE",
    });
  });

  test("what the store has under the same key with other content is no match, and stays", async () => {
    await exportState({ state: small.state, to: file }, { store: from });
    await makeSmallState(to);
    const before = readFileSync(join(to, "images", small.image, "manifest.json"), "utf8");
    for (const key of [small.state, small.parent])
      rmSync(join(to, "states", key), { recursive: true });
    await expect(importState({ from: file }, { store: to })).rejects.toMatchObject({
      code: "PIPELINE_IMPORT_DIFFERS",
      data: { entry: `images/${small.image}` },
    });
    expect(everything(to)).toEqual([`media/${small.media}`, `images/${small.image}`]);
    expect(readFileSync(join(to, "images", small.image, "manifest.json"), "utf8")).toBe(before);
  });

  test("the same content that was made at another time is a match", async () => {
    await exportState({ state: small.state, to: file }, { store: from });
    const store = await makeSmallState(to);
    for (const kind of ["states", "images"] as const)
      for (const key of readdirSync(store.layout.kind(kind)))
        rmSync(store.layout.entry(kind, key), { recursive: true });
    const { entries } = await importState({ from: file }, { store: to });
    expect(entries.map(({ added }) => added)).toEqual([false, true, true, true]);
  });

  test("a state that is not what was sealed is not exported", async () => {
    const ram = join(from, "states", small.parent, "guest.ram");
    const descriptor = openSync(ram, "r+");
    writeSync(descriptor, "changed");
    closeSync(descriptor);
    await expect(
      exportState({ state: small.state, to: file }, { store: from }),
    ).rejects.toMatchObject({ code: "PIPELINE_STORE_DAMAGED" });
    expect(readdirSync(join(file, "..")).filter((name) => name.includes("state"))).toEqual([]);
  });

  test("a layer whose parent was made anew is not exported", async () => {
    const manifest = join(from, "states", small.parent, "manifest.json");
    writeFileSync(
      manifest,
      readFileSync(manifest, "utf8").replace(/"createdAt": "[^"]+"/, '"createdAt": "2020-01-01"'),
    );
    await expect(
      exportState({ state: small.state, to: file }, { store: from }),
    ).rejects.toMatchObject({
      code: "PIPELINE_STORE_DAMAGED",
      hint: expect.stringContaining("winvm layer"),
    });
  });

  test("a directory can't be read, and a FIFO without a writer or a reader hears a cancellation", async () => {
    await expect(importState({ from }, { store: to })).rejects.toMatchObject({
      code: "PIPELINE_IMPORT_UNREADABLE",
    });
    const fifo = join(from, "fifo");
    execFileSync("mkfifo", [fifo]);
    const importing = importState({ from: fifo }, cancelledSoon(to));
    await expect(importing).rejects.toThrow("aborted");
    const exporting = exportState({ state: small.parent, to: fifo }, cancelledSoon(from));
    await expect(exporting).rejects.toThrow("aborted");
    expect(statSync(fifo).isFIFO()).toBe(true);
  });

  test("hostile names and keys are refused, all of them at once", async () => {
    await exportState({ state: small.state, to: file }, { store: from });
    for (const name of ["../../x", "/etc/x", "content/../../x", "content/a/b", ".bashrc", "x\0"]) {
      const { code, data } = await failing(withHeader(renamed(name)));
      expect(code).toBe("PIPELINE_IMPORT_INVALID");
      const faults = (data as { faults: readonly { path: string }[] }).faults;
      expect(faults.filter(({ path }) => path.endsWith(".name")).length).toBeGreaterThanOrEqual(5);
    }
    const hostile: readonly ((header: ContainerHeader) => unknown)[] = [
      () => [],
      () => ({ entries: [null] }),
      (header) => ({ ...header, entries: header.entries.slice(1) }),
      (header) => ({ ...header, state: "../x" }),
      (header) => ({ ...header, names: [small.state] }),
      (header) => ({ ...header, names: { "../x": small.state } }),
      (header) => ({ ...header, names: { tools: small.image } }),
      (header) => ({ ...header, names: { tools: 1 } }),
      (header) => ({
        ...header,
        entries: header.entries.map((entry) => ({ ...entry, key: `../${entry.key}` })),
      }),
      (header) => ({
        ...header,
        entries: header.entries.map((entry) => ({
          ...entry,
          manifest: entry.manifest.replace(`"imageKey": "${small.image}"`, '"imageKey": "../../x"'),
        })),
      }),
    ];
    for (const change of hostile)
      expect((await failing(withHeader(change))).code).toBe("PIPELINE_IMPORT_INVALID");
  });

  test("too small a disk is told beforehand", async () => {
    await exportState({ state: small.state, to: file }, { store: from });
    const huge = 2 ** 52;
    const changed = withHeader((header) => ({
      ...header,
      entries: header.entries.map((entry) => ({
        ...entry,
        manifest: entry.manifest.replaceAll(/"sizeBytes": \d+/g, `"sizeBytes": ${huge}`),
        files: entry.files.map((one) => ({ ...one, sizeBytes: huge, dataBytes: huge })),
      })),
    }));
    const path = join(from, "huge");
    writeFileSync(path, changed);
    const error = importState({ from: createReadStream(path) }, { store: to });
    await expect(error).rejects.toMatchObject({ code: "PIPELINE_STORE_FULL" });
    expect(everything(to)).toEqual([]);
  });

  test("a cancelled export and import leave nothing", async () => {
    const cancel = new AbortController();
    const onEvent = ({ type }: { type: string }): void => {
      if (type === "stage:step") cancel.abort(new Error("Ctrl-C"));
    };
    const cancelled = { store: from, signal: cancel.signal, onEvent };
    const exporting = exportState({ state: small.state, to: file }, cancelled);
    await expect(exporting).rejects.toThrow("Ctrl-C");
    expect(readdirSync(join(file, "..")).filter((name) => name.includes("state"))).toEqual([]);
    const waiting = new PassThrough();
    const stop = new AbortController();
    const importing = importState({ from: waiting }, { store: to, signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(importing).rejects.toMatchObject({ name: "AbortError" });
    expect(everything(to)).toEqual([]);
  });

  test("a state that is not there, or not the only one, is told", async () => {
    const options = { store: from };
    const unknown = exportState({ state: "7", to: file }, options);
    await expect(unknown).rejects.toMatchObject({ code: "PIPELINE_STATE_UNKNOWN" });
    const short = exportState({ state: "c1", to: file }, options);
    await expect(short).rejects.toMatchObject({ hint: expect.stringContaining("winvm states") });
    const nowhere = exportState({ state: "c100", to: join(from, "no/file") }, options);
    await expect(nowhere).rejects.toMatchObject({ code: "PIPELINE_EXPORT_FAILED" });
  });

  test("a pin holds a state and what it needs, until it is let go", async () => {
    const options = { store: from };
    await pinEntry({ kind: "states", name: "c000", pinned: true }, options);
    expect((await listStates(options)).map(({ key, pinned }) => [key, pinned])).toContainEqual([
      small.parent,
      true,
    ]);
    const dry = await collectGarbage({ all: true, dryRun: true }, options);
    const report = await collectGarbage({ all: true }, options);
    expect(dry).toEqual(report);
    expect(report.removed.map(({ what }) => what)).toEqual([`states/${small.state}`]);
    expect(report.kept).toHaveLength(3);
    await pinEntry({ kind: "states", name: "c000", pinned: false }, options);
    await nameState({ name: "tools", state: small.parent }, options);
    const named = await collectGarbage({ all: true, maxBytes: 0 }, options);
    expect(named.removed).toEqual([]);
    expect(named.kept.map(({ why }) => why).toSorted()).toEqual([
      "named tools",
      "needed by what is kept",
      "needed by what is kept",
    ]);
    const last = await collectGarbage({ maxBytes: 0, named: true }, options);
    expect(last.removed).toHaveLength(3);
    expect(last.remainingBytes).toBe(0);
    expect(everything(from)).toEqual([]);
  });
});
