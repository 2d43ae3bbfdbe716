import ssh2 from "ssh2";

/** A key pair in OpenSSH's form. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** A fresh ed25519 key. One of some hundred that ssh2 makes is broken (31 bytes of public key): not that one. */
export function keyPair(): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519");
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}
