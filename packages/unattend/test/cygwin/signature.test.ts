import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { referenceData, temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { readSignedSetupIniFile } from "../../src/index.ts";
import { fetchTo, refusal } from "./fetching.ts";
import { makeKey } from "./gnupg.ts";
import { archives, mirrorFiles, readFiles, serve } from "./made-mirror.ts";
import { realIndexes } from "./real-indexes.ts";

const plain = mirrorFiles()["x86_64/setup.ini"];
const packed = zstdCompressSync(plain);

function signedWith(signature: Buffer): Readonly<Record<string, Buffer>> {
  return { ...mirrorFiles(), "x86_64/setup.ini.sig": signature };
}

describe("a signature by a key of the keyring", { tags: ["host"] }, () => {
  test.for([
    ["as Cygwin makes it today, RSA with SHA-512", { algorithm: "rsa4096", digest: "SHA512" }],
    ["as until 2020, DSA of 1024 bits with SHA-1", { algorithm: "dsa1024", digest: "SHA1" }],
  ] as const)("%s", async ([, options], context) => {
    const key = await makeKey(context, options);
    const { url } = await serve(signedWith(await key.sign(plain)));
    for (const keyring of [key.armored, key.binary]) {
      const directory = temporaryDirectory();
      const fetched = await fetchTo(directory, url, { keyring });
      const { fingerprint } = key;
      expect(fetched.signature).toEqual({ found: true, checked: true, fingerprint });
      expect(readFiles(directory)).toMatchObject(archives);
    }
  });

  test("is that of setup.zst where the mirror has it", async (context) => {
    const key = await makeKey(context);
    const [keyring, files] = [key.armored, { ...mirrorFiles(), "x86_64/setup.zst": packed }];
    const good = await serve({ ...files, "x86_64/setup.zst.sig": await key.sign(packed) });
    expect((await fetchTo(temporaryDirectory(), good.url, { keyring })).signature.checked).toBe(
      true,
    );
    const other = await serve({ ...files, "x86_64/setup.zst.sig": await key.sign(plain) });
    await refusal(
      fetchTo(temporaryDirectory(), other.url, { keyring }),
      "UNATTEND_CYGWIN_UNTRUSTED",
    );
  });

  test("is that of setup.ini where setup.zst has none", async (context) => {
    const key = await makeKey(context);
    const files = { ...signedWith(await key.sign(plain)), "x86_64/setup.zst": packed };
    const { url } = await serve(files);
    const { signature } = await fetchTo(temporaryDirectory(), url, { keyring: key.armored });
    expect(signature).toMatchObject({ checked: true });
  });

  test("is enough beside one by another key, as when Cygwin's key was changed", async (context) => {
    const [one, other] = [await makeKey(context), await makeKey(context)];
    const two = [await one.sign(plain), await other.sign(plain)];
    const both = join(temporaryDirectory(), "both.asc");
    writeFileSync(both, readFileSync(other.armored, "utf8") + readFileSync(one.armored, "utf8"));
    for (const signatures of [two, two.toReversed()]) {
      const { url } = await serve(signedWith(Buffer.concat(signatures)));
      for (const keyring of [one.binary, other.armored, both]) {
        const { signature } = await fetchTo(temporaryDirectory(), url, { keyring });
        expect(signature.checked).toBe(true);
      }
    }
  });

  test("of a file is looked for beside it", async (context) => {
    const key = await makeKey(context);
    const file = join(temporaryDirectory(), "setup.zst");
    writeFileSync(file, packed);
    const keyring = key.binary;
    const error = await refusal(
      readSignedSetupIniFile(file, { keyring }),
      "UNATTEND_CYGWIN_UNTRUSTED",
    );
    expect(error.happened).toBe("there is no signature beside it");
    writeFileSync(`${file}.sig`, await key.sign(packed));
    const { index, signature } = await readSignedSetupIniFile(file, { keyring });
    expect([...index.packages.keys()]).toContain("alpha");
    expect(signature).toEqual({ found: true, checked: true, fingerprint: key.fingerprint });
    writeFileSync(file, plain);
    await refusal(readSignedSetupIniFile(file, { keyring }), "UNATTEND_CYGWIN_UNTRUSTED");
  });
});

describe("refused before anything else is read", { tags: ["host"] }, () => {
  /** What a mirror has, and what is said of it. */
  const cases: Readonly<
    Record<
      string,
      readonly [files: (signature: Buffer) => Readonly<Record<string, Buffer>>, happened: RegExp]
    >
  > = {
    "no signature": [() => mirrorFiles(), /^there is no signature beside it$/],
    "something else in its place": [
      () => signedWith(Buffer.from("<html>no such file</html>")),
      /^what is beside it is no signature$/,
    ],
    "an index that was changed": [
      (signature) => ({
        ...signedWith(signature),
        "x86_64/setup.ini": Buffer.from(`${plain.toString()}# more\n`),
      }),
      /^it is not what the key [0-9A-F]{16} has signed$/,
    ],
    "an index that is none": [
      (signature) => ({ ...signedWith(signature), "x86_64/setup.ini": Buffer.from("}{") }),
      /^it is not what the key [0-9A-F]{16} has signed$/,
    ],
    "a large index, and a signature that is cut": [
      (signature) => ({
        ...signedWith(signature.subarray(0, 20)),
        "x86_64/setup.ini": Buffer.alloc(20_000_000, "# \n"),
      }),
      /^(what is beside it is no signature|gpgv finds no good signature: .+)$/,
    ],
  };

  test.for(Object.entries(cases))("%s", async ([, [files, happened]], context) => {
    const key = await makeKey(context);
    const { url, requests } = await serve(files(await key.sign(plain)));
    const directory = join(temporaryDirectory(), "repository");
    const work = fetchTo(directory, url, { keyring: key.armored });
    const error = await refusal(work, "UNATTEND_CYGWIN_UNTRUSTED");
    expect(error.happened).toMatch(happened);
    expect(error.hint).toBeDefined();
    expect(requests.filter(({ path }) => !path.startsWith("x86_64/setup."))).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  test("another key, an expired one, a revoked one", async (context) => {
    const [key, other] = [await makeKey(context), await makeKey(context)];
    const expired = await makeKey(context, { expiredSince: "20200101T000000" });
    const revoked = await makeKey(context);
    const last = await revoked.sign(plain);
    await revoked.revoke();
    const id = key.fingerprint.slice(-16);
    for (const [signature, keyring, happened] of [
      [await key.sign(plain), other, `by the key ${id}, which is not in the keyring`],
      [await expired.sign(plain), expired, "has expired"],
      [last, revoked, "was revoked"],
    ] as const) {
      const { url } = await serve(signedWith(signature));
      const work = fetchTo(temporaryDirectory(), url, { keyring: keyring.binary });
      const error = await refusal(work, "UNATTEND_CYGWIN_UNTRUSTED");
      expect(error.happened).toContain(happened);
    }
  });

  test("a real index, whose key nobody here has", async (context) => {
    const key = await makeKey(context);
    const file = referenceData(context, realIndexes.overlay);
    const work = readSignedSetupIniFile(file, { keyring: key.armored });
    const error = await refusal(work, "UNATTEND_CYGWIN_UNTRUSTED");
    expect(error.happened).toContain("1F889D841884DD7D, which is not in the keyring");
  });

  test("a mirror that fails for the signature has not said that there is none", async (context) => {
    const key = await makeKey(context);
    const { url } = await serve(mirrorFiles(), {
      instead(path, response) {
        if (!path.endsWith(".sig")) return false;
        response.writeHead(503).end();
        return true;
      },
    });
    const work = fetchTo(temporaryDirectory(), url, { keyring: key.armored });
    const error = await refusal(work, "UNATTEND_CYGWIN_MIRROR_FAILED");
    expect(error.message).toContain("setup.ini.sig");
  });
});

describe("a keyring", () => {
  test.each([
    ["that is not there", undefined],
    ["without a byte", ""],
    ["that is text", "my keys\n"],
    [
      "of a secret key",
      "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlFgE\n-----END PGP PRIVATE KEY BLOCK-----\n",
    ],
    ["that is an image", Buffer.from("89504e470d0a1a0a", "hex")],
  ])("%s is refused before the mirror is asked", async (_what, content) => {
    const keyring = join(temporaryDirectory(), "keys");
    if (content !== undefined) writeFileSync(keyring, content);
    const { url, requests } = await serve(mirrorFiles());
    const error = await refusal(
      fetchTo(temporaryDirectory(), url, { keyring }),
      "UNATTEND_CYGWIN_UNREADABLE",
    );
    expect(error.hint).toContain("gpg --export");
    expect(requests).toEqual([]);
  });

  test("without gpgv: what is missing is named", { tags: ["host"] }, async (context) => {
    const key = await makeKey(context);
    const { url } = await serve(signedWith(await key.sign(plain)));
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv("PATH", temporaryDirectory());
    const work = fetchTo(temporaryDirectory(), url, { keyring: key.binary });
    await expect(work).rejects.toMatchObject({
      code: "RUNTIME_PROGRAM_NOT_FOUND",
      hint: expect.stringContaining("gpgv") as unknown,
    });
  });
});

describe("without a keyring", () => {
  test("it is told that nothing was checked, and whether there is a signature", async () => {
    const { url } = await serve(signedWith(Buffer.from("anything")));
    const { signature, lock } = await fetchTo(temporaryDirectory(), url);
    expect(signature).toEqual({ found: true, checked: false });
    const bare = await serve(mirrorFiles());
    expect((await fetchTo(temporaryDirectory(), bare.url)).signature).toEqual({
      found: false,
      checked: false,
    });
    expect((await fetchTo(temporaryDirectory(), url, { lock })).signature.found).toBe(false);
  });

  test("so it is for a file", async (context) => {
    const file = join(temporaryDirectory(), "setup.ini");
    copyFileSync(referenceData(context, realIndexes.overlay), file);
    expect((await readSignedSetupIniFile(file)).signature).toEqual({
      found: false,
      checked: false,
    });
    writeFileSync(`${file}.sig`, "");
    expect((await readSignedSetupIniFile(file)).signature).toEqual({ found: true, checked: false });
  });
});
