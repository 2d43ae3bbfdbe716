import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { onTestFinished } from "vitest";
import type { TestContext } from "vitest";

/** A key that was made for a test. */
export interface MadeKey {
  /** File with the public key, armored. */
  readonly armored: string;
  /** File with the public key in binary. */
  readonly binary: string;
  readonly fingerprint: string;
  /** A detached signature, by GnuPG itself. */
  sign(content: Uint8Array): Promise<Buffer>;
  /** Makes the key a revoked one, in the files too. */
  revoke(): Promise<void>;
}

/** How a key is made. */
export interface KeyOptions {
  /** As `gpg --quick-generate-key` has it. `ed25519` when absent. */
  readonly algorithm?: string;
  /** Of the signatures' hash. */
  readonly digest?: string;
  /** The time of GnuPG's clock while key and signatures are made; the key is good for a day from then on. */
  readonly expiredSince?: string;
}

/** A new key in a home of its own; skips the running test where GnuPG is not there. */
export async function makeKey(context: TestContext, options: KeyOptions = {}): Promise<MadeKey> {
  requirePrograms(context, { gpg: "gnupg", gpgv: "gpgv" });
  const { algorithm = "ed25519", digest, expiredSince } = options;
  const home = temporaryDirectory();
  onTestFinished(async () => {
    await runProgram("gpgconf", ["--homedir", home, "--kill", "gpg-agent"]);
  });
  const gpg = async (args: readonly string[], input?: Uint8Array): Promise<Buffer> => {
    const common = ["--homedir", home, "--batch", "--quiet", "--passphrase", ""];
    const clock = expiredSince === undefined ? [] : ["--faked-system-time", `${expiredSince}!`];
    const hash = digest === undefined ? [] : ["--digest-algo", digest];
    const { stdoutBytes } = await runProgram("gpg", [...common, ...clock, ...hash, ...args], {
      input,
    });
    return stdoutBytes;
  };
  const expires = expiredSince === undefined ? "never" : "1d";
  await gpg(["--quick-generate-key", "Test <test@example.org>", algorithm, "sign", expires]);
  const listed = (await gpg(["--with-colons", "--list-keys"])).toString();
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? "";
  const [armored, binary] = [join(home, "key.asc"), join(home, "key.gpg")];
  const write = async (): Promise<void> => {
    const comment = ["--comment", "made for a test"];
    await gpg(["--yes", "--armor", ...comment, "--output", armored, "--export"]);
    await gpg(["--yes", "--output", binary, "--export"]);
  };
  await write();
  return {
    armored,
    binary,
    fingerprint,
    sign: (content) => gpg(["--detach-sign"], content),
    async revoke() {
      const made = readFileSync(join(home, `openpgp-revocs.d/${fingerprint}.rev`), "utf8");
      await gpg(["--import"], Buffer.from(made.replace(/^:/m, "")));
      await write();
    },
  };
}
