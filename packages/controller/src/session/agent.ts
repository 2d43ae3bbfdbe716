import type { Duplex } from "node:stream";
import ssh2 from "ssh2";
import type { ParsedKey } from "ssh2";

const { AgentProtocol, BaseAgent } = ssh2;

/**
 * An SSH agent that lives in this process: the controller may ask it to sign while a key is lent, and never sees the
 * key.
 */
export class LentAgent extends BaseAgent<ParsedKey> {
  #key: ParsedKey | undefined;

  /** Lends a key until the returned thing is disposed of. */
  lend(key: ParsedKey): Disposable {
    this.#key = key;
    return {
      [Symbol.dispose]: () => {
        this.#key = undefined;
      },
    };
  }

  // Our own login takes its key directly.
  override getIdentities(done: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    done(undefined, []);
  }

  override sign(_key: ParsedKey, _data: Buffer, ...rest: unknown[]): void {
    const done = rest.find((item) => typeof item === "function");
    (done as ((error: Error) => void) | undefined)?.(new Error("nothing is signed this way"));
  }

  override getStream(done: (error: Error | undefined, stream: Duplex) => void): void {
    const protocol = new AgentProtocol(false);
    protocol.on("error", () => {});
    protocol.on("identities", (request) => {
      protocol.getIdentitiesReply(request, this.#key === undefined ? [] : [this.#key]);
    });
    protocol.on("sign", (request, _publicKey, data, options) => {
      const key = this.#key;
      const signature = key?.sign(data, options.hash);
      if (signature === undefined || signature instanceof Error) protocol.failureReply(request);
      else protocol.signReply(request, signature);
    });
    done(undefined, protocol);
  }
}
