import ssh2 from "ssh2";
import type { ParsedKey } from "ssh2";
import { ControllerError } from "../errors.ts";

const { utils } = ssh2;

/**
 * A private key in OpenSSH's form, without a passphrase.
 *
 * @throws {ControllerError} `CONTROLLER_INVALID`.
 */
export function parsePrivateKey(pem: string, asked: string): ParsedKey {
  const key = utils.parseKey(pem);
  if (!(key instanceof Error) && key.isPrivateKey()) return key;
  throw new ControllerError({
    code: "CONTROLLER_INVALID",
    asked,
    happened: `the private key is none: ${key instanceof Error ? key.message : "it is a public key"}`,
    hint: "give the whole file of an ed25519 key without a passphrase",
  });
}
