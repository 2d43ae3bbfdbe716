import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseShare } from "../src/shares/parse.ts";
import { planShares } from "../src/shares/plan.ts";
import { sharePlaces } from "../src/shares/places.ts";

const directories = { exchange: "/run/xchg", empty: "/run/empty" };

describe("planShares", () => {
  test("each request gets its place, the rest is empty and read-only", () => {
    const shares = planShares(
      [
        { name: "data", directory: "/data", readOnly: false },
        { name: "nixstore", directory: "/nix/store", readOnly: true },
      ],
      directories,
    );
    expect(shares.slice(0, 4)).toEqual([
      {
        tag: "xchg",
        letter: "X",
        guestPath: "/tmp/xchg",
        name: "xchg",
        directory: "/run/xchg",
        readOnly: false,
      },
      {
        tag: "nixstore",
        letter: "S",
        guestPath: "/nix/store",
        name: "nixstore",
        directory: "/nix/store",
        readOnly: true,
      },
      {
        tag: "slot1",
        letter: "T",
        guestPath: "/mnt/slot1",
        name: "data",
        directory: "/data",
        readOnly: false,
      },
      {
        tag: "slot2",
        letter: "U",
        guestPath: "/mnt/slot2",
        name: "slot2",
        directory: "/run/empty",
        readOnly: true,
      },
    ]);
  });

  test("the tags never change, whatever is asked for", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-w][a-z]{0,5}$/), { maxLength: 6 });
    fc.assert(
      fc.property(names, (given) => {
        const requests = given.map((name) => ({ name, directory: `/${name}`, readOnly: false }));
        const shares = planShares(requests, directories);
        expect(shares.map(({ tag }) => tag)).toEqual(sharePlaces.map(({ tag }) => tag));
        for (const { name, directory } of requests) {
          expect(shares.filter((share) => share.name === name)).toMatchObject([{ directory }]);
        }
      }),
    );
  });

  test("all faults are told at once", () => {
    const requests = [
      { name: "xchg", directory: "/a", readOnly: false },
      { name: "a/b", directory: "b", readOnly: false },
      { name: "c", directory: "/c", readOnly: false },
      { name: "c", directory: "/c", readOnly: false },
    ];
    expect(() => planShares(requests, directories)).toThrow(
      expect.objectContaining({
        code: "XCHG_SHARES_INVALID",
        data: {
          faults: [
            expect.objectContaining({ path: "shares[0].name" }),
            expect.objectContaining({ path: "shares[1].name" }),
            expect.objectContaining({ path: "shares[1].directory" }),
            expect.objectContaining({ path: "shares[3].name", expected: "a name given once" }),
          ],
        },
      }),
    );
    const many = Array.from({ length: 7 }, (_, n) => ({
      name: `n${n}`,
      directory: "/n",
      readOnly: true,
    }));
    expect(() => planShares(many, directories)).toThrow(/at most 6 besides nixstore/);
  });
});

describe("parseShare", () => {
  test.each([
    ["nixstore=/nix/store:ro", { name: "nixstore", directory: "/nix/store", readOnly: true }],
    ["data=/d", { name: "data", directory: "/d", readOnly: false }],
    ["data=sub:rw", { name: "data", directory: "/cwd/sub", readOnly: false }],
    ["data=/a=b:c", { name: "data", directory: "/a=b:c", readOnly: false }],
    ["data=/odd:ro:rw", { name: "data", directory: "/odd:ro", readOnly: false }],
  ])("reads %s", (text, share) => {
    expect(parseShare(text, "/cwd")).toEqual(share);
  });

  test.each(["", "data", "=/d", "data="])("refuses '%s'", (text) => {
    expect(() => parseShare(text, "/cwd")).toThrow(
      expect.objectContaining({ code: "XCHG_SHARES_INVALID" }),
    );
  });
});
