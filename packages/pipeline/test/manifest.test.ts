import { expect, test } from "vitest";
import { damaged, freezeAnew, type Manifest } from "../src/store/manifest.ts";

const common = {
  format: 1,
  kind: "states",
  key: "aa",
  createdAt: "",
  files: {},
  facts: {},
} as const;

function manifest(inputs: Manifest["inputs"]): Manifest {
  return { ...common, inputs };
}

test.each([
  [{ guest: "reference" }, "`winvm suspend reference --rebuild`", "winvm suspend reference"],
  [{ guest: "11" }, "`winvm suspend 11 --rebuild` with the --iso", "winvm suspend 11 --rebuild"],
  [{ guest: "11", parent: "bb" }, "then make the layer again", "`winvm layer --rebuild`"],
])("the way out of a state made from %j", (inputs, unfit, broken) => {
  const state = manifest(inputs);
  expect(freezeAnew(state)).toContain(unfit);
  expect(damaged("/store/states/aa", "x", { manifest: state }).hint).toContain(broken);
});
