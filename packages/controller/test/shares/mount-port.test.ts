import type { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { MountPort } from "../../src/shares/mount-port.ts";
import { socketPair } from "../socket-pair.ts";

const LINE = (tag: string): string =>
  `${tag} /srv/${tag}/io 9p trans=virtio,version=9p2000.L,msize=512000,cache=none,access=user 0 0`;

/** Plays busybox' `mount -a`: `complain` says what it has to say about a line; byte by byte where `slowly`. */
function playMount(port: Duplex, complain: (line: string) => string, slowly = false): string[] {
  const heard: string[] = [];
  let rest = "";
  port.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      heard.push(line);
      const [, place = ""] = line.split(" ");
      const said = place.startsWith("/end/")
        ? `mount: mounting none on ${place} failed: No such file or directory\n`
        : complain(line);
      for (const piece of slowly ? said : [said]) port.write(piece);
    }
  });
  return heard;
}

test.each([false, true])("mounts in order, one request after the other", async (slowly) => {
  const [near, far] = await socketPair();
  const heard = playMount(far, () => "", slowly);
  const mounts = new MountPort(near);
  await Promise.all([mounts.mount(["a", "b"], {}), mounts.mount(["c"], {})]);
  const end = expect.stringMatching(/^none \/end\/[0-9a-f]{16} tmpfs ro 0 0$/);
  expect(heard).toEqual([LINE("a"), LINE("b"), end, LINE("c"), end]);
});

test("a complaint is the failure of its own request", async () => {
  const [near, far] = await socketPair();
  playMount(far, (line) =>
    line.startsWith("bad") ? "mount: mounting bad failed: No such device\n" : "",
  );
  const mounts = new MountPort(near);
  const bad = mounts.mount(["good", "bad"], {});
  const good = mounts.mount(["good"], {});
  await expect(bad).rejects.toMatchObject({
    code: "CONTROLLER_SHARE_FAILED",
    happened: "mount: mounting bad failed: No such device",
  });
  await good;
});

test("one that nobody waits for any more doesn't disturb the next", async () => {
  const [near, far] = await socketPair();
  const mounts = new MountPort(near);
  await expect(mounts.mount(["a"], { timeoutMs: 20 })).rejects.toMatchObject({
    code: "RUNTIME_TIMEOUT",
  });
  playMount(far, () => "");
  await mounts.mount(["b"], { timeoutMs: 5000 });
});

test("the machine's end ends the wait", async () => {
  const [near, far] = await socketPair();
  const mounts = new MountPort(near);
  const waiting = mounts.mount(["a"], {});
  far.destroy();
  await expect(waiting).rejects.toMatchObject({ code: "CONTROLLER_CONNECTION_LOST" });
});

test("a bad tag is refused and nothing is said", async () => {
  const [near, far] = await socketPair();
  const heard = playMount(far, () => "");
  const mounts = new MountPort(near);
  expect(() => mounts.mount(["a b"], {})).toThrow(
    expect.objectContaining({ code: "CONTROLLER_INVALID" }),
  );
  await mounts.mount(["a"], {});
  expect(heard[0]).toBe(LINE("a"));
});
