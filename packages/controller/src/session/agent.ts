import { Duplex } from "node:stream";
import ssh2 from "ssh2";
import type { ParsedKey } from "ssh2";
import { answerAgent } from "../protocol/agent.ts";
import type { AgentKey } from "../protocol/agent.ts";

const BaseAgent: typeof ssh2.BaseAgent = ssh2.BaseAgent;

/**
 * An SSH agent that lives in this process: the controller may ask it to sign while a key is lent, and never sees the
 * key.
 */
export class LentAgent extends BaseAgent<ParsedKey> {
  #key: AgentKey | undefined;

  /** Lends a key until the returned thing is disposed of. */
  lend(key: AgentKey): Disposable {
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
    done(undefined, new AgentStream((request) => answerAgent(request, this.#key)));
  }
}

/** One client's conversation: each message is a length and that many bytes. */
class AgentStream extends Duplex {
  readonly #answer: (request: Buffer) => Buffer;
  #pending: Buffer = Buffer.alloc(0);

  constructor(answer: (request: Buffer) => Buffer) {
    super();
    this.#answer = answer;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.byteLength >= 4) {
      const end = 4 + this.#pending.readUInt32BE();
      if (this.#pending.byteLength < end) break;
      const reply = this.#answer(this.#pending.subarray(4, end));
      this.#pending = this.#pending.subarray(end);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(reply.byteLength);
      this.push(Buffer.concat([length, reply]));
    }
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.push(null);
    done();
  }
}
