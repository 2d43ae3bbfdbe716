import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { traced, withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { lost } from "../session/session.ts";
import { shareError } from "./share-error.ts";
import { mountLines } from "./scripts.ts";

/**
 * Speaks to the `mount -a` that stands by in the controller and takes its fstab line by line from a port: no process is
 * started for a mount, and no SSH is in between. It tells of failures only; that it has come to an end is told by the
 * failure of a mount that can't be.
 */
export class MountPort {
  readonly #port: Duplex;
  #last: Promise<void> = Promise.resolve();
  #said = "";
  #onSaid = (): void => {};

  constructor(port: Duplex) {
    this.#port = port;
    port.on("data", (chunk: Buffer) => {
      this.#said += chunk.toString("utf8");
      this.#onSaid();
    });
  }

  /** Mounts shares, after all that was asked for before; one that is mounted is passed over. */
  mount(tags: readonly string[], wait: WaitOptions): Promise<void> {
    const lines = mountLines(tags);
    const asked = `mount the shares ${tags.join(", ")}`;
    const mounted = this.#last.then(() => this.#mount(asked, lines, wait));
    this.#last = mounted.catch(() => {});
    return mounted;
  }

  async #mount(asked: string, lines: readonly string[], wait: WaitOptions): Promise<void> {
    const end = `/end/${randomBytes(8).toString("hex")}`;
    const complaints = await traced(
      () => ({ group: "controller", lane: "shares", name: asked }),
      () => withDeadline(asked, () => this.#ask(lines, end), wait),
    );
    if (complaints !== "") throw shareError(asked, complaints);
  }

  #ask(lines: readonly string[], end: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const onClose = (): void => reject(lost(undefined));
    this.#onSaid = () => {
      const at = this.#said.indexOf(end);
      const until = this.#said.indexOf("\n", at);
      if (at < 0 || until < 0) return;
      // What was asked for before, and not waited for, has ended with a line of that kind, too.
      const complaints = this.#said.slice(0, this.#said.lastIndexOf("\n", at) + 1);
      this.#said = this.#said.slice(until + 1);
      resolve((complaints.split(/^.* \/end\/.*\n/m).at(-1) ?? "").trim());
    };
    this.#port.once("close", onClose);
    if (this.#port.destroyed) onClose();
    else this.#port.write([...lines, `none ${end} tmpfs ro 0 0`, ""].join("\n"));
    return promise.finally(() => {
      this.#port.off("close", onClose);
      this.#onSaid = () => {};
    });
  }
}
