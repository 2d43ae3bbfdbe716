import { expect, test } from "vitest";
import { aptFailure } from "../../src/apt/failure.ts";

test.each([
  ["E: Unable to locate package nosuch", "DEBIAN_IMAGE_NO_PACKAGE", "nosuch"],
  ["E: Package 'telnet' has no installation candidate", "DEBIAN_IMAGE_NO_PACKAGE", "telnet"],
  ["E: Write error - write (28: No space left on device)", "DEBIAN_IMAGE_DISK_FULL", "space"],
  [
    "E: Failed to fetch http://m/x.deb  Hash Sum mismatch",
    "DEBIAN_IMAGE_HASH_MISMATCH",
    "apt-get update",
  ],
  [
    "E: Failed to fetch http://m/x.deb  404  Not Found [IP: 1.2.3.4 80]",
    "DEBIAN_IMAGE_FETCH_FAILED",
    "apt-get update",
  ],
  ["E: something new", "DEBIAN_IMAGE_FETCH_FAILED", "mirror"],
])("%j means %s", (stderr, code, told) => {
  const error = aptFailure("fetch", `noise\n${stderr}\n`, "DEBIAN_IMAGE_FETCH_FAILED");
  expect(error.code).toBe(code);
  expect(`${error.message} ${error.hint}`).toContain(told);
  expect(error.message).not.toContain("noise");
});
