import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { openTarget } from "../../src/portable/export-target.ts";
import { told } from "../../src/portable/import-faults.ts";

const refusal = (code: string): Error =>
  Object.assign(new Error(`${code}: write`), { code, errno: -1 });

test.each(["ENOSPC", "EDQUOT"])("%s is a full disk to an import", (code) => {
  expect(told(refusal(code), "a file", "/store")).toMatchObject({ code: "PIPELINE_STORE_FULL" });
});

test("any other error is not", () => {
  const other = refusal("EIO");
  expect(told(other, "a file", "/store")).toBe(other);
});

test.each(["ENOSPC", "EDQUOT"])("%s is a full disk to an export", async (code) => {
  const stream = new PassThrough({ write: (_bytes, _encoding, done) => done(refusal(code)) });
  stream.on("error", () => {});
  await using target = await openTarget(stream, undefined);
  await expect(target.write(Buffer.from("bytes"))).rejects.toMatchObject({
    code: "PIPELINE_EXPORT_FAILED",
    message: expect.stringContaining("the disk is full") as unknown,
  });
});
