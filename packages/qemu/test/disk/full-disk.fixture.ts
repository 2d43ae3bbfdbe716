/** Runs inside a directory of 1 MiB: tries to make an image grow beyond it, and prints what came of it as JSON. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { compactDisk, createDisk } from "@winvm/qemu";

const directory = process.argv[2] ?? "";
const file = join(directory, "small.qcow2");
await createDisk({ file, format: "qcow2", sizeBytes: 8 * 2 ** 20 });
// 384 KiB fit once, not twice.
await runProgram("qemu-io", ["-f", "qcow2", "-c", "write -P 0x66 0 384k", file]);
try {
  await compactDisk({ file, format: "qcow2" });
  console.log(JSON.stringify({ code: "none" }));
} catch (error) {
  const { code } = error as { code?: string };
  console.log(JSON.stringify({ code, left: readdirSync(directory) }));
}
