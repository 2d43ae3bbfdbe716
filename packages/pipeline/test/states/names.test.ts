import { join } from "node:path";
import { symlinkSync, writeFileSync } from "node:fs";
import { temporaryDirectory } from "@winvm/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listStates, nameState, unnameState, type PipelineError } from "../../src/index.ts";
import { isGuestName } from "../../src/states/find-state.ts";
import { resolveState } from "../../src/states/resolve-state.ts";
import { stateNameFaults } from "../../src/states/state-name.ts";
import {
  dropStateName,
  giveStateName,
  namesOf,
  readKnownNames,
  readStateNames,
} from "../../src/states/state-names.ts";
import { Store } from "../../src/store/store.ts";
import { makeSmallState, small } from "../support/small-state.ts";

const faultsOf = (name: string) => stateNameFaults("name", name, isGuestName);

describe("a name for a state", () => {
  test.each(["toolchain", "msvc-2022", "a", "0.1", "vs_build.2", "cafe-1", "dec", "x".repeat(64)])(
    "%s may be given",
    (name) => expect(faultsOf(name)).toEqual([]),
  );

  test.each([
    ["", "small letters"],
    ["Toolchain", "small letters"],
    [".new", "small letters"],
    ["-f", "small letters"],
    ["a/b", "small letters"],
    ["a b", "small letters"],
    ["x".repeat(65), "small letters"],
    ["reference", "no guest"],
    ["11", "no guest"],
    ["win11", "no guest"],
    ["windows-11", "no guest"],
    ["2022", "no guest"],
    ["cafe", "key"],
    ["0123456789abcdef0123456789abcdef", "key"],
  ])("%j is refused: %s", (name, words) => {
    const [fault] = faultsOf(name);
    expect(fault).toMatchObject({ path: "name", value: name });
    expect(fault?.expected).toContain(words);
  });
});

/** The key that a text means among these, or the error's code. */
function meaning(text: string, keys: readonly string[]): string {
  try {
    const meant = resolveState(text, { keys, names: new Map(), isGuest: () => false });
    return meant.kind === "key" ? meant.key : meant.guest;
  } catch (error) {
    return (error as PipelineError).code;
  }
}

describe("what a text means", () => {
  const key = "abcd0000000000000000000000000001";
  const other = "abcd0000000000000000000000000002";
  const third = "2022aaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  const known = {
    keys: [key, other, third],
    names: new Map([
      ["tools", key],
      ["gone", "ffff0000000000000000000000000000"],
    ]),
    isGuest: isGuestName,
  };

  test("a guest goes ahead of a key that begins like its name", () => {
    expect(resolveState("2022", known)).toEqual({ kind: "guest", guest: "2022" });
    expect(resolveState("2022a", known)).toEqual({ kind: "key", key: third });
  });

  test("a name, a whole key", () => {
    expect(resolveState("tools", known)).toEqual({ kind: "key", key });
    expect(resolveState(other, known)).toEqual({ kind: "key", key: other });
  });

  test.each([
    ["abcd", "PIPELINE_STATE_AMBIGUOUS", /abcd.*1, abcd.*2/],
    ["abc", "PIPELINE_STATE_UNKNOWN", /no guest and no state/],
    ["tool", "PIPELINE_STATE_UNKNOWN", /no guest and no state/],
    ["gone", "PIPELINE_STATE_UNKNOWN", /not in the store any more/],
  ])("%s: %s", (text, code, words) => {
    expect(() => resolveState(text, known)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(words) as unknown }),
    );
  });

  test("a beginning means a key exactly where no other begins so", () => {
    const digits = fc.stringMatching(/^[0-9a-f]{32}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(digits, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 4, max: 32 }),
        (keys, length) => {
          const [wanted = ""] = keys;
          const text = wanted.slice(0, length);
          const alike = keys.filter((each) => each.startsWith(text));
          expect(meaning(text, keys)).toBe(
            alike.length === 1 ? wanted : "PIPELINE_STATE_AMBIGUOUS",
          );
        },
      ),
    );
  });
});

test("a name moves from one state to the next, and says from which", async () => {
  const { layout } = await Store.open(temporaryDirectory());
  expect(await giveStateName(layout, "tools", "k1")).toBeUndefined();
  expect(await giveStateName(layout, "tools", "k1")).toBeUndefined();
  await giveStateName(layout, "older", "k2");
  expect(await giveStateName(layout, "tools", "k2")).toBe("k1");
  writeFileSync(join(layout.names, "rubbish"), "{");
  const { names, unreadable } = await readKnownNames(layout);
  expect(unreadable).toEqual(["rubbish"]);
  expect(Object.fromEntries(names)).toEqual({ tools: "k2", older: "k2" });
  expect(namesOf(names, "k2").toSorted()).toEqual(["older", "tools"]);
  expect(await dropStateName(layout, "tools")).toBe("k2");
  expect(await dropStateName(layout, "tools")).toBeUndefined();
  expect(Object.fromEntries(await readStateNames(layout))).toEqual({ older: "k2" });
});

test("a name that the kernel does not let be read is told by whoever would move or drop it", async () => {
  const { layout } = await Store.open(temporaryDirectory());
  await giveStateName(layout, "older", "k1");
  symlinkSync("tools", join(layout.names, "tools"));
  const refused = { code: "PIPELINE_STORE_DAMAGED", cause: { code: "ELOOP" } };
  await expect(giveStateName(layout, "tools", "k2")).rejects.toMatchObject(refused);
  await expect(dropStateName(layout, "tools")).rejects.toMatchObject(refused);
  const { names, unreadable } = await readKnownNames(layout);
  expect(Object.fromEntries(names)).toEqual({ older: "k1" });
  expect(unreadable).toEqual(["tools"]);
});

test("a state that is removed while it is to be named gets no name", async () => {
  const root = temporaryDirectory();
  await makeSmallState(root);
  const store = await Store.open(root);
  const waits = Promise.withResolvers<void>();
  let naming: Promise<unknown> | undefined;
  await store.remove("states", small.state, {
    async keep() {
      naming = nameState(
        { name: "tools", state: small.state },
        { store: root, onEvent: ({ type }) => type === "lock:wait" && waits.resolve() },
      );
      await Promise.race([waits.promise, naming]);
      return undefined;
    },
  });
  await expect(naming).rejects.toMatchObject({ code: "PIPELINE_STATE_UNKNOWN" });
  expect((await readStateNames(store.layout)).size).toBe(0);
});

test("a state is named, the name is given up", async () => {
  const root = temporaryDirectory();
  await makeSmallState(root);
  const options = { store: root };
  const first = await nameState({ name: "tools", state: "c100" }, options);
  expect(first).toMatchObject({ state: { key: small.state, names: ["tools"] } });
  expect(first.movedFrom).toBeUndefined();
  const moved = await nameState({ name: "tools", state: "reference" }, options);
  expect(moved).toMatchObject({ state: { key: small.parent }, movedFrom: small.state });
  const refused = nameState({ name: "11", state: "tools" }, options);
  await expect(refused).rejects.toMatchObject({ code: "PIPELINE_INVALID_REQUEST" });
  expect(await unnameState("tools", options)).toEqual({ name: "tools", key: small.parent });
  for (const name of ["tools", "../names/tools"]) {
    const unknown = unnameState(name, options);
    await expect(unknown).rejects.toMatchObject({ code: "PIPELINE_STATE_UNKNOWN" });
  }
  expect((await listStates(options)).map(({ names }) => names)).toEqual([[], []]);
});
