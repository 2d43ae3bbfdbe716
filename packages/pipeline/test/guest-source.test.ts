import { readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { describe, expect, test, type TestContext } from "vitest";
import { inspectMedia, install, run, type GuestRequest } from "../src/index.ts";
import { openContext } from "../src/context.ts";
import { findSource } from "../src/stages/guest-source.ts";
import { imageInputs } from "../src/stages/install.ts";
import { keyOf } from "../src/store/keys.ts";
import { isoPrograms, windowsIso } from "./support/windows-iso.ts";

const eleven = {
  build: 26100,
  editions: [
    ["Windows 11 Home", "Core"],
    ["Windows 11 Pro", "Professional"],
  ],
} as const;

describe("findSource", { tags: ["host"] }, () => {
  test("takes guest, image, language and key from the ISO", async (context) => {
    const iso = await windowsOrSkip(context, { ...eleven, language: "de-DE" });
    const source = await find({ iso });
    expect(source.profile).toMatchObject({ name: "11", architecture: "amd64" });
    expect(source.answer).toMatchObject({
      edition: "Pro",
      evaluation: false,
      image: { index: 2 },
      language: "de-DE",
    });
    expect(await source.mediaIdentity()).toMatch(/^iso [0-9a-f]{64}$/);
    expect(await source.iso()).toBe(iso);
    expect(await inspectMedia(iso)).toMatchObject({ guests: ["11"], defaultLanguage: "de-DE" });
  });

  test("another edition, language or key makes another image", async (context) => {
    const iso = await windowsOrSkip(context, {
      build: 26100,
      editions: [
        ["Windows 11 Pro", "Professional"],
        ["Windows 11 Enterprise", "Enterprise"],
      ],
    });
    const requests: GuestRequest[] = [
      { iso },
      { iso, edition: "Enterprise" },
      { iso, productKey: "VK7JG-NPHTM-C97JM-9MPGT-3V66T" },
    ];
    const hashes = await Promise.all(
      requests.map(async (request) => {
        const pipeline = await openContext({ store: join(temporaryDirectory(), "s") });
        // What the launcher is built from is not at stake here.
        return (await find(request)).answer && imageInputs(pipeline, await find(request));
      }),
    );
    expect(new Set(hashes.map((inputs) => inputs["answer"])).size).toBe(requests.length);
  });

  test("the set-up scripts are those of the build on the ISO", async (context) => {
    const specialize = await Promise.all(
      [10_240, 14_393, 19_045].map(async (build) => {
        const iso = await windowsOrSkip(context, {
          build,
          editions: [["Windows 10 Pro", "Professional"]],
        });
        const source = await find({ iso });
        expect(source.build).toBe(build);
        const pipeline = await openContext({ store: join(temporaryDirectory(), "s") });
        const { setup } = await imageInputs(pipeline, source);
        return (setup as Record<string, string>)["winvm/specialize.cmd"];
      }),
    );
    // Long paths came with 14393.
    expect(specialize[0]).not.toBe(specialize[1]);
    expect(specialize[1]).toBe(specialize[2]);
  });

  test("a driver is part of the image by its content, wherever it lies", async (context) => {
    requirePrograms(context, { "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32" });
    const inf = "[Version]\nSignature=$WINDOWS NT$\n[DefaultInstall.NTamd64]\n";
    const setup = await Promise.all(
      [inf, inf, `${inf};changed\n`].map(async (text) => {
        const directory = temporaryDirectory();
        writeFileSync(join(directory, "a.inf"), text);
        const pipeline = await openContext({ store: join(temporaryDirectory(), "s") });
        return (await imageInputs(pipeline, await find({ drivers: [directory] })))["setup"];
      }),
    );
    expect(setup[0]).toMatchObject({ "$WinPEDriver$/1/a.inf": expect.any(String) as unknown });
    expect(setup[1]).toEqual(setup[0]);
    expect(setup[2]).not.toEqual(setup[0]);
  });

  test("what does not fit is refused before anything is made, and nothing is left", async (context) => {
    const iso = await windowsOrSkip(context, eleven);
    const store = join(temporaryDirectory(), "store");
    const refused: [GuestRequest, RegExp][] = [
      [{ guest: "10", iso }, /guest: expected Windows 11, got '10' \(say 11\)/],
      [
        { iso, edition: "Ultimate" },
        /it holds Windows 11 .* 1: Windows 11 Home; 2: Windows 11 Pro/,
      ],
      [{ iso, language: "fr-FR" }, /language: expected en-US, got 'fr-FR'/],
    ];
    for (const [request, message] of refused) {
      const { outcome } = await run(
        { ...request, job: { command: { kind: "argv", argv: ["true"] } } },
        { store },
      );
      expect(outcome).toMatchObject({
        kind: "refused",
        error: { code: "UNATTEND_ISO_MISMATCH", happened: expect.stringMatching(message) },
      });
    }
    await expect(install({ iso }, { store })).rejects.toMatchObject({
      code: "PIPELINE_CYGWIN_MISSING",
      hint: expect.stringContaining("any mirror of today") as unknown,
    });
    await expect(install({ iso, cygwin: "/no/such" }, { store })).rejects.toMatchObject({
      code: "PIPELINE_ISO_MISSING",
      hint: "check the path given with --cygwin",
    });
    for (const cygwin of ["/etc/passwd", "/etc"]) {
      await expect(install({ iso, cygwin }, { store })).rejects.toMatchObject({
        code: "PIPELINE_CYGWIN_MISSING",
      });
    }
    const wrongKey = install({ iso, productKey: "1234" }, { store });
    await expect(wrongKey).rejects.toMatchObject({ code: "UNATTEND_OPTIONS_INVALID" });
    truncateSync(iso, 200 * 2048);
    await expect(install({ iso }, { store })).rejects.toMatchObject({
      code: "UNATTEND_ISO_DAMAGED",
    });
    for (const kind of ["images", "states", "media", "runs", "locks"]) {
      expect(readdirSync(join(store, kind)), kind).toEqual([]);
    }
  });

  test("the ISO with Cygwin is part of what identifies the media", async (context) => {
    const iso = await windowsOrSkip(context, eleven);
    const [without, given] = [await find({ iso }), await find({ iso, cygwin: iso })];
    expect(given.cygwin).toBe(iso);
    const identity = await without.mediaIdentity();
    expect(await given.mediaIdentity()).toBe(`${identity}, cygwin${identity.replace("iso", "")}`);
  });

  test("a TPM makes another image, also where the answer file is the same", async (context) => {
    const iso = await windowsOrSkip(context, {
      build: 19041,
      editions: [["Windows 10 Pro", "Professional"]],
    });
    const pipeline = await openContext({ store: testStore() });
    const [without, given] = await Promise.all(
      [undefined, "emulated" as const].map(async (tpm) =>
        imageInputs(pipeline, await findSource(pipeline, { iso, tpm })),
      ),
    );
    expect(given).toEqual({ ...without, tpm: "emulated" });
    expect(keyOf(given ?? {})).not.toBe(keyOf(without ?? {}));
  });

  test("architecture and firmware are the media's, or what is asked for", async (context) => {
    const iso = await windowsOrSkip(context, {
      build: 19041,
      editions: [["Windows 10 Pro", "Professional"]],
    });
    expect((await find({ iso, firmware: "uefi" })).profile.firmware).toBe("uefi");
    await expect(find({ iso, architecture: "x86" })).rejects.toMatchObject({
      code: "UNATTEND_ISO_MISMATCH",
    });
  });

  test("the reference guest takes no ISO and nothing that goes with one", async () => {
    const requests = [{ edition: "Pro" }, { guest: "reference", iso: "/w.iso" }];
    for (const request of requests) {
      await expect(find(request)).rejects.toMatchObject({ code: "PIPELINE_INVALID_REQUEST" });
    }
    await expect(find({ guest: "11" })).rejects.toMatchObject({ code: "PIPELINE_ISO_MISSING" });
    await expect(find({ iso: "/no/such.iso" })).rejects.toMatchObject({
      code: "PIPELINE_ISO_MISSING",
    });
  });
});

async function find(request: GuestRequest) {
  return findSource(await openContext({ store: join(temporaryDirectory(), "store") }), request);
}

function windowsOrSkip(context: TestContext, options: Parameters<typeof windowsIso>[0]) {
  requirePrograms(context, isoPrograms);
  return windowsIso(options);
}
