import { join } from "node:path";
import { expect, test } from "vitest";
import { checkSocketPaths, longestSocketPath } from "../src/directory/socket-paths.ts";
import { checkSwitchOptions, switchArguments } from "../src/switch/arguments.ts";

test("the arguments of a plain switch and of one with everything set", () => {
  expect(switchArguments("/run/x/s", {}).join(" ")).toBe(
    "--sock /run/x/s --dirmode 0700 --mode 0600 --rcfile /dev/null --numports 32 --hashsize 128",
  );
  expect(switchArguments("/run/x/s", { ports: 4, hub: true, hashSize: 64 }).join(" ")).toBe(
    "--sock /run/x/s --dirmode 0700 --mode 0600 --rcfile /dev/null --numports 4 --hashsize 64 --hub",
  );
});

test("all faults are reported at once", () => {
  const options = { directory: "relative", ports: 0, hashSize: 100 };
  expect(checkSwitchOptions(options).map(({ path }) => path)).toEqual([
    "directory",
    "ports",
    "hashSize",
  ]);
  expect(() => switchArguments("/s", options)).toThrow(
    expect.objectContaining({ code: "VDE_INVALID_OPTIONS" }),
  );
});

test("a path is too long as soon as the longest socket would be cut off", () => {
  const fits = join("/", "d".repeat(106 - longestSocketPath("/")));
  expect(longestSocketPath(fits)).toBe(107);
  expect(() => checkSocketPaths(fits)).not.toThrow();
  expect(() => checkSocketPaths(`${fits}d`)).toThrow(
    expect.objectContaining({
      code: "VDE_PATH_TOO_LONG",
      data: { path: `${fits}d`, bytes: 108, limit: 107 },
    }),
  );
  // Bytes count, not letters.
  expect(() => checkSocketPaths(`${fits.slice(1)}é`)).toThrow("107");
});
