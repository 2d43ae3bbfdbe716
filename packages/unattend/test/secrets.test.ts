import { createPublicKey, verify, sign, createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { createSmbPassword, createSshKeyPair } from "../src/index.ts";

describe("createSmbPassword", () => {
  test("makes what Windows' policy takes, and another one each time", () => {
    const passwords = Array.from({ length: 500 }, createSmbPassword);
    for (const password of passwords) {
      expect(password).toMatch(/^[A-Za-z0-9]{14}$/);
      expect(password).toMatch(/[A-Z]/);
      expect(password).toMatch(/[a-z]/);
      expect(password).toMatch(/[0-9]/);
    }
    expect(new Set(passwords).size).toBe(500);
  });
});

describe("createSshKeyPair", () => {
  test("puts the pair into OpenSSH's two forms", () => {
    const { privateKey, publicKey } = createSshKeyPair("winvm\nimage");
    expect(publicKey).toMatch(
      /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43} winvm image$/,
    );
    expect(privateKey).toMatch(
      /^-----BEGIN OPENSSH PRIVATE KEY-----\n(?:[A-Za-z0-9+/=]{1,70}\n)+-----END OPENSSH PRIVATE KEY-----\n$/,
    );
    expect(createSshKeyPair("").publicKey).not.toBe(publicKey);
  });

  test("both halves belong together", () => {
    const { privateKey, publicKey } = createSshKeyPair("c");
    const bytes = Buffer.from(privateKey.split("\n").slice(1, -2).join(""), "base64");
    const point = Buffer.from(publicKey.split(" ")[1] ?? "", "base64").subarray(-32);
    // The private half is followed by the public one once more.
    const seedEnd = bytes.lastIndexOf(point);
    const x = point.toString("base64url");
    const d = bytes.subarray(seedEnd - 32, seedEnd).toString("base64url");
    const jwk = { kty: "OKP", crv: "Ed25519", x, d };
    const signature = sign(
      null,
      Buffer.from("text"),
      createPrivateKey({ key: jwk, format: "jwk" }),
    );
    const other = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    expect(verify(null, Buffer.from("text"), other, signature)).toBe(true);
  });

  test("ssh-keygen reads it", { tags: ["host"] }, async (context) => {
    requirePrograms(context, { "ssh-keygen": "openssh-client" });
    for (const comment of ["", "a", "winvm image 1", "é"]) {
      const { privateKey, publicKey } = createSshKeyPair(comment);
      const file = join(temporaryDirectory(), "key");
      writeFileSync(file, privateKey, { mode: 0o600 });
      const { stdout } = await runProgram("ssh-keygen", ["-y", "-f", file]);
      expect(stdout.trim()).toBe(publicKey);
    }
  });
});
