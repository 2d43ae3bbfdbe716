import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import type { Fault } from "@winvm/runtime";
import { describe, expect, test } from "vitest";
import { readSetupIni, resolveCygwin, UnattendError } from "../../src/index.ts";
import type { CygwinRequest } from "../../src/index.ts";
import { Offer } from "../../src/cygwin/resolve/catalogue.ts";
import { compareVersions } from "../../src/cygwin/resolve/versions.ts";
import { md5 } from "./sample.ts";
import { referenceData } from "@winvm/test-kit";
import { realIndexes } from "./real-indexes.ts";

/** An index of packages in short: `a 1 [Base]: b, c (>= 2)`, `[prev] 0: d`, `provides: x` … */
function indexOf(text: string): string {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [, name, version, categories, depends] =
        /^\s*(\S+) (\S+)(?: \[(.*)\])?(?:: (.*))?$/.exec(line) ?? [];
      if (name === undefined || line.trim().includes("!")) return line.trim().replace("! ", "");
      const head = name.startsWith("[") ? name : `@ ${name}\ncategory: ${categories ?? "X"}`;
      const list = depends === undefined ? "depends2:" : `depends2: ${depends}`;
      return `${head}\nversion: ${version}\ninstall: ${name.replace(/\W/g, "")}-${version} 1 ${md5}\n${list}`;
    })
    .join("\n");
}

async function resolved(text: string, request: CygwinRequest = {}): Promise<string> {
  const plan = resolveCygwin(await readSetupIni(Buffer.from(indexOf(text))), request);
  return plan.packages.map(({ name, version }) => `${name}=${version}`).join(" ");
}

async function faults(text: string, request: CygwinRequest = {}): Promise<Fault[]> {
  const error: unknown = await resolved(text, request).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "UNATTEND_CYGWIN_UNRESOLVED" });
  return (error as UnattendError).data["faults"] as Fault[];
}

async function missed(text: string): Promise<string> {
  return (await faults(text))
    .map(({ expected }) => expected)
    .sort()
    .join(" ");
}

describe("what is chosen", () => {
  test("Base with all that it needs, cycles included, sorted", async () => {
    const text = `
      z 1 [Base]: a
      a 1: m
      m 1: a, z
      lonely 1`;
    expect(await resolved(text)).toBe("a=1 m=1 z=1");
    expect(await resolved(text, { packages: ["lonely"] })).toBe("lonely=1");
    expect(await resolved(text, { packages: ["lonely"], categories: ["base"] })).toBe(
      "a=1 lonely=1 m=1 z=1",
    );
  });

  test("[curr], unless a version or a section is asked for", async () => {
    const text = `
      a 2: b
      [prev] 1: c
      [test] 3
      b 1
      c 1`;
    expect(await resolved(text, { packages: ["a"] })).toBe("a=2 b=1");
    expect(await resolved(text, { packages: ["a=1"] })).toBe("a=1 c=1");
    expect(await resolved(text, { packages: ["a=prev"] })).toBe("a=1 c=1");
    // A version without dependencies of its own has an empty list here, and therefore none.
    expect(await resolved(text, { packages: ["a=test"] })).toBe("a=3");
  });

  test("another version where a relation wants it, also when [curr] was chosen before", async () => {
    const text = `
      a 1 [Base]: lib
      b 1 [Base]: deep
      deep 1: lib (< 2)
      lib 2: new
      [prev] 1-5: old
      new 1
      old 1`;
    expect(await resolved(text)).toBe("a=1 b=1 deep=1 lib=1-5 old=1");
  });

  test("[test] as the last of all", async () => {
    const text = `
      a 1 [Base]: lib (>= 2)
      lib 1
      [prev] 0
      [test] 2`;
    expect(await resolved(text)).toBe("a=1 lib=2");
  });

  test("what is provided, with and without a version", async () => {
    const text = `
      a 1 [Base]: virtual, versioned (>= 2)
      p 1
      ! provides: virtual
      q 9
      ! provides: versioned (= 1)
      r 1
      ! provides: versioned (= 2.5)`;
    expect(await resolved(text)).toBe("a=1 p=1 r=1");
  });

  test("what obsoletes takes the place, in a category too; not of what is asked for by name", async () => {
    const text = `
      a 1 [Base]: old
      old 1 [Base]
      new 2
      ! obsoletes: old (< 3)`;
    expect(await resolved(text)).toBe("a=1 new=2");
    expect(await resolved(text, { packages: ["old"] })).toBe("old=1");
  });
});

describe("what cannot be", () => {
  test("every missing link, with the shortest way to it, and every unknown wish, at once", async () => {
    const text = `
      a 1 [Base]: b
      b 1: c, d (>= 2)
      d 1`;
    const request = { categories: ["Base", "Nope"], packages: ["aa", "d=7"] };
    expect(await faults(text, request)).toEqual([
      { path: "package aa", expected: "a package of setup.ini", value: "no such package" },
      {
        path: "package d=7",
        expected: "a version of it, or a section",
        value: "7",
        hint: "there are 1 [curr]",
      },
      {
        path: "category Nope",
        expected: "a category with packages",
        value: "none",
        hint: "there are Base, X",
      },
      { path: "a → b → c", expected: "c", value: "no such package" },
      { path: "a → b → d", expected: "d (>= 2)", value: "1 [curr]" },
    ]);
  });

  test("conflicts, and what excludes a version that is wanted", async () => {
    expect(await faults("a 1 [Base]\n! conflicts: b (<< 2)\nb 1 [Base]")).toEqual([
      { path: "a", expected: "no b (< 2) beside it", value: "b 1" },
    ]);
    expect(await faults("a 1 [Base]: l (= 1)\nb 1 [Base]: l (= 2)\nl 2\n[prev] 1")).toEqual([
      {
        path: "b → l",
        expected: "l (= 2)",
        value: "2 [curr], 1 [prev]",
        hint: "1 is taken, because a needs l (= 1)",
      },
    ]);
    expect(await faults("a 1: b (= 2)\nb 2\n[prev] 1", { packages: ["a", "b=1"] })).toMatchObject([
      { path: "a → b", expected: "b (= 2)", hint: "1 was asked for" },
    ]);
  });

  test("a name in other capitals is told", async () => {
    expect(await faults("ImageMagick 1", { packages: ["imagemagick"] })).toMatchObject([
      { hint: "did you mean ImageMagick?" },
    ]);
  });

  test("an index of nothing", async () => {
    expect(await faults("! # nothing")).toMatchObject([{ hint: "setup.ini has no packages" }]);
  });
});

describe("the order of versions", () => {
  const ordered = [
    ["0.9", "1.0~rc1", "1.0", "1.0a", "1.0.1", "1.9", "1.10", "1.10-1", "1.10-2", "2", "1:0.1"],
    ["4.8.3-1", "4.8.3-2", "4.8.3-10", "20140101", "20140101.1"],
  ];

  test.each(ordered)("%s …", (...versions) => {
    for (const [at, a] of versions.entries()) {
      for (const [place, b] of versions.entries()) {
        expect(Math.sign(compareVersions(a, b)), `${a} and ${b}`).toBe(Math.sign(at - place));
      }
    }
  });

  test("it is an order, whatever the text", () => {
    const version = fc.stringMatching(/^(?:[0-9]:)?[0-9a-z.~+-]{0,10}$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
        const [low, middle, high] = [a, b, c].sort(compareVersions) as [string, string, string];
        expect(compareVersions(low, middle)).toBeLessThanOrEqual(0);
        expect(compareVersions(middle, high)).toBeLessThanOrEqual(0);
        expect(compareVersions(low, high)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

test("any graph gives what can be reached, or all that is missing", async () => {
  const graph = fc.array(fc.array(fc.nat(12), { maxLength: 4 }), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(graph, async (edges) => {
      const text = edges
        .map((to, at) => {
          const list = to.length > 0 ? `: ${to.map((n) => `p${n}`).join(", ")}` : "";
          return `p${at} 1 [${at === 0 ? "Base" : "X"}]${list}`;
        })
        .join("\n");
      const reached = new Set<number>([0]);
      for (const at of reached) for (const to of edges[at] ?? []) reached.add(to);
      const names = [...reached].map((n) => `p${n}`);
      const missing = [...reached].filter((n) => n >= edges.length).map((n) => `p${n}`);
      const told = missing.length === 0 ? await resolved(text) : await missed(text);
      const expected = missing.length === 0 ? names.map((name) => `${name}=1`) : missing;
      expect(told).toBe(expected.sort().join(" "));
    }),
    { numRuns: 200 },
  );
});

describe("the index of 2014", () => {
  const requests: readonly (readonly [packages: string[], categories: string[]])[] = [
    [[], []],
    [["openssh", "cygrunsrv"], ["Base"]],
    [["gcc-g++", "texlive"], []],
    [["ImageMagick"], ["Games", "Shells"]],
  ];
  for (const [packages, categories] of requests) {
    const title = `packages ${packages.join(" ")}, categories ${categories.join(" ")}`;
    test(`${title}: as a plain computation has it`, async (context) => {
      const bytes = readFileSync(referenceData(context, realIndexes.of2014));
      const plan = resolveCygwin(await readSetupIni(bytes), { packages, categories });
      const wanted = packages.length + categories.length === 0 ? ["Base"] : categories;
      expect(plan.packages.map(({ name }) => name)).toEqual(plainly(bytes, wanted, packages));
      expect(plan.packages.every(({ section }) => section === "curr")).toBe(true);
    });
  }

  test("Base is 70 packages", async (context) => {
    const plan = resolveCygwin(
      await readSetupIni(readFileSync(referenceData(context, realIndexes.of2014))),
    );
    expect(plan.packages).toHaveLength(70);
    expect(plan.packages[0]).toMatchObject({ name: "_autorebase", section: "curr" });
  });
});

describe("no real index has a relation that two packages meet: there is no choice to take back", () => {
  test.for(Object.values(realIndexes))("%s", async (name, context) => {
    const index = await readSetupIni(readFileSync(referenceData(context, name)));
    const offer = new Offer(index);
    const relations = [...index.packages.values()].flatMap(({ versions }) =>
      versions.flatMap(({ depends }) => depends),
    );
    const choices = relations.filter(
      (relation) => new Set(offer.meeting(relation).map((one) => one.name)).size > 1,
    );
    expect(relations).not.toEqual([]);
    expect(choices).toEqual([]);
  });
});

test("what the installer provides itself is not looked for", async () => {
  const index = await readSetupIni(
    Buffer.from(
      "@ base-cygwin\ncategory: Base\nversion: 3.8-1\ninstall: b 1 00000000000000000000000000000000\n\n" +
        "@ cygwin\ncategory: Base\nversion: 3.5.4-1\ninstall: c 1 00000000000000000000000000000000\n" +
        "depends2: _windows ( >= 6.3 ), base-cygwin\n",
    ),
  );
  expect(resolveCygwin(index).packages.map(({ name }) => name)).toEqual(["base-cygwin", "cygwin"]);
});

/** Base and `requires` by the plainest means: text between `@`s, up to the first section. */
function plainly(bytes: Buffer, categories: readonly string[], packages: readonly string[]) {
  const needs = new Map<string, string[]>();
  const reached = new Set<string>(packages);
  for (const entry of bytes.toString().split(/^@ /m).slice(1)) {
    const head = entry.split(/^\[/m)[0] ?? "";
    const name = head.slice(0, head.indexOf("\n"));
    const line = (key: string): string[] =>
      new RegExp(`^${key}: (.*)$`, "m").exec(head)?.[1]?.split(" ") ?? [];
    needs.set(name, line("requires").filter(Boolean));
    if (line("category").some((one) => categories.includes(one))) reached.add(name);
  }
  for (const name of reached) for (const next of needs.get(name) ?? []) reached.add(next);
  return [...reached].sort();
}
