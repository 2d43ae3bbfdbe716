import { expect, test } from "vitest";
import { checkPackageNames } from "../../src/apt/names.ts";

test.each([["busybox-static"], ["g++"], ["libstdc++6"], ["wine32:i386"], ["7zip"]])(
  "%s is a package name",
  (name) => {
    expect(() => checkPackageNames([name])).not.toThrow();
  },
);

test.each([["Foo"], ["a"], ["samba-"], ["lib*"], ["-o"], [""], ["a b"], ["x=1"]])(
  "%j is refused: apt would read something else",
  (name) => {
    expect(() => checkPackageNames([name])).toThrow(
      expect.objectContaining({ code: "DEBIAN_IMAGE_INVALID" }),
    );
  },
);

test("all bad names are told at once", () => {
  expect(() => checkPackageNames(["Bad", "good", "worse-"])).toThrow(/names\[0\][^]*names\[2\]/);
});

test("no name at all is a fault", () => {
  expect(() => checkPackageNames([])).toThrow(
    expect.objectContaining({ code: "DEBIAN_IMAGE_INVALID" }),
  );
});
