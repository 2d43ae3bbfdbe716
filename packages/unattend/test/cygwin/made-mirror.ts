import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Path on the mirror → content. */
export type MirrorFiles = Readonly<Record<string, Buffer>>;

/** Archives of made-up packages: of all lengths, and one without a byte. */
export const archives: MirrorFiles = {
  "x86_64/release/alpha/alpha-1.0-1.tar.xz": bytes(300_000, 1),
  "x86_64/release/beta/beta+plus-2~rc1-1.tar.zst": bytes(1, 2),
  "noarch/release/gamma/gamma-3-1.tar.xz": bytes(70_001, 3),
  "noarch/release/empty/empty-1-1.tar.xz": Buffer.alloc(0),
};

const names = ["alpha", "beta", "gamma", "empty"];

/** A mirror's files with their index: alpha is of Base, and needs all others. */
export function mirrorFiles(change: (index: string) => string = (index) => index): MirrorFiles & {
  readonly "x86_64/setup.ini": Buffer;
} {
  const packages = Object.entries(archives).map(([path, content], at) => {
    const name = names[at] ?? "";
    const hash = createHash(at === 2 ? "md5" : "sha512").update(content);
    const depends = name === "alpha" ? "beta (>= 2~rc1), gamma" : name === "beta" ? "empty" : "";
    return `@ ${name}
sdesc: "The ""${name}"
ldesc: "It is
made up"
category: ${name === "alpha" ? "Base" : "Libs"}
version: ${/(\d[^-]*-\d+)\.tar/.exec(path)?.[1] ?? ""}
install: ${path} ${content.length} ${hash.digest("hex")}
source: ${path.replace(".tar", "-src.tar")} 12 ${"0".repeat(128)}
depends2: ${depends}
`.replace('""', "«»");
  });
  const unused = `@ unused
sdesc: "Not wanted"
category: Games
version: 1
install: x86_64/release/unused/unused-1.tar.xz 5 ${"1".repeat(128)}
`;
  const index = change(
    `release: cygwin\narch: x86_64\nsetup-timestamp: 1700000000\nsetup-version: 2.929\n\n${[...packages, unused].join("\n")}`,
  );
  return { ...archives, "x86_64/setup.ini": Buffer.from(index) };
}

/** Bytes that look like an archive: the same for the same seed. */
export function bytes(length: number, seed: number): Buffer {
  const content = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    content.writeUInt8(state >>> 23, at);
  }
  return content;
}

/** Writes a mirror, or anything else, into a directory. */
export function writeFiles(directory: string, files: MirrorFiles): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

/** Everything in a directory, in the order of the paths. */
export function readFiles(directory: string): MirrorFiles {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
  return Object.fromEntries(entries.map((path) => [path, readFileSync(join(directory, path))]));
}

/** How a server behaves. */
export interface Manners {
  /** Whether it begins in the middle when asked to. */
  readonly ranges?: boolean;
  /** Whether it tells how long a file is. */
  readonly lengths?: boolean;
  /** May answer by itself; `true` when it did. */
  readonly instead?: (path: string, response: ServerResponse, request: IncomingMessage) => boolean;
  /** After how many bytes of a body the connection is cut; `undefined`: not at all. */
  readonly cutAfter?: (path: string, number: number) => number | undefined;
}

/** A server on the loopback interface. */
export interface MirrorServer {
  readonly url: string;
  /** `GET` requests so far: path and range. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
}

/** Serves files over HTTP until the test has finished. */
export async function serve(
  files: MirrorFiles,
  { ranges = true, lengths = true, instead, cutAfter }: Manners = {},
): Promise<MirrorServer> {
  const requests: MirrorServer["requests"] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").replace(/^\/pub\//, "");
    const { range } = request.headers;
    requests.push({ path, range });
    if (instead?.(path, response, request) === true) return;
    const content = files[path];
    if (content === undefined) {
      response.writeHead(404).end("not found");
      return;
    }
    const from = ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0;
    if (from > 0 && from >= content.length) {
      response.writeHead(416).end();
      return;
    }
    const body = content.subarray(from);
    const number = requests.filter((one) => one.path === path).length;
    const cut = cutAfter?.(path, number);
    if (lengths) response.setHeader("content-length", body.length);
    if (from > 0) {
      response.setHeader("content-range", `bytes ${from}-${content.length - 1}/${content.length}`);
      response.statusCode = 206;
    }
    if (cut === undefined || cut >= body.length) {
      if (!lengths) response.flushHeaders();
      response.end(body);
      return;
    }
    response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/pub`, requests };
}
