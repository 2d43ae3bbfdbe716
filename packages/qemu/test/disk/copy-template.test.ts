import { openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { copyTemplate } from "../../src/index.ts";

test(
  "a copy has the same bytes, takes no more room, and is its owner's alone",
  { tags: ["host"] },
  async (context) => {
    requirePrograms(context, { "qemu-img": "qemu-utils" });
    const directory = temporaryDirectory();
    const [from, to] = [join(directory, "from"), join(directory, "to")];
    writeFileSync(from, "");
    truncateSync(from, 32 * 2 ** 20);
    const handle = openSync(from, "r+");
    writeSync(handle, Buffer.alloc(5000, 1), 0, 5000, 7 * 2 ** 20 + 13);
    // A length that is no multiple of anything.
    writeSync(handle, "end", 32 * 2 ** 20 - 3);
    await copyTemplate({ from, to });
    expect(readFileSync(to).equals(readFileSync(from))).toBe(true);
    expect(statSync(to).blocks).toBeLessThanOrEqual(statSync(from).blocks + 16);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    await expect(copyTemplate({ from, to })).rejects.toMatchObject({ code: "QEMU_DISK_EXISTS" });
  },
);
