import ssh2 from "ssh2";
import { ControllerError } from "../errors.ts";
import type { AgentKey } from "../protocol/agent.ts";

const { utils } = ssh2;

/**
 * A private key in OpenSSH's form, without a passphrase.
 *
 * @throws {ControllerError} `CONTROLLER_INVALID`.
 */
export function parsePrivateKey(pem: string, asked: string): AgentKey {
  const key = utils.parseKey(pem);
  if (key instanceof Error || !key.isPrivateKey()) {
    throw new ControllerError({
      code: "CONTROLLER_INVALID",
      asked,
      happened: `the private key is none: ${key instanceof Error ? key.message : "it is a public key"}`,
      hint: "give the whole file of an ed25519 key without a passphrase",
    });
  }
  return {
    algorithm: key.type,
    publicKey: key.getPublicSSH(),
    sign(data) {
      const signature = key.sign(data);
      if (signature instanceof Error) throw signature;
      return signature;
    },
  };
}
