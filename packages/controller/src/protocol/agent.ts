import { packet, WireError, WireReader } from "./wire.ts";

// draft-ietf-sshm-ssh-agent §3–5.
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const FAILURE = Buffer.from([5]);

/** The one key that an agent signs with. */
export interface AgentKey {
  readonly algorithm: string;
  /** The public key as in authorized_keys, base64 decoded. */
  readonly publicKey: Buffer;
  /** Returns the signature itself, without its algorithm's name. */
  readonly sign: (data: Buffer) => Buffer;
}

/** Pure but for the signature: an SSH agent's answer to one message. Without a key it knows none. */
export function answerAgent(request: Buffer, key: AgentKey | undefined): Buffer {
  try {
    const reader = new WireReader(request);
    const type = reader.byte();
    if (type === REQUEST_IDENTITIES) {
      const keys = key === undefined ? [] : [{ string: key.publicKey }, { string: "winvm" }];
      return packet({ byte: IDENTITIES_ANSWER }, { uint32: keys.length / 2 }, ...keys);
    }
    if (type === SIGN_REQUEST && key !== undefined && reader.string().equals(key.publicKey)) {
      const signature = [{ string: key.algorithm }, { string: key.sign(reader.string()) }] as const;
      return packet({ byte: SIGN_RESPONSE }, { string: packet(...signature) });
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  return FAILURE;
}
