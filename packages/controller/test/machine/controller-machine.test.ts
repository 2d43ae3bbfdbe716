import { expect, test } from "vitest";
import { controllerMachine } from "../../src/index.ts";
import type { ControllerMachineOptions } from "../../src/index.ts";

const KEY = `AAAAC3NzaC1lZDI1NTE5AAAAI${"x".repeat(43)}`;
const options: ControllerMachineOptions = {
  image: { kernel: "/image/linux", initrd: "/image/initrd.zst" },
  name: "controller",
  socketDirectory: "/run/switch",
  shares: [{ tag: "xchg", directory: "/exchange", readOnly: false }],
  publicKey: `ssh-ed25519 ${KEY} a comment`,
  uid: 1234,
  serialLog: "/log",
  memory: { kind: "template", file: "/ram", mode: "save" },
  accelerator: "tcg",
  machineType: "q35",
  rtcBase: "2026-01-31T12:00:00",
};

test("it boots from memory, with one card, one port and the shares", () => {
  const machine = controllerMachine(options);
  expect(machine).toMatchObject({
    disks: [],
    cdroms: [],
    ports: ["winvm.ssh.in", "winvm.ssh.out", "winvm.mount.in", "winvm.mount.out"],
    shares: options.shares,
    networks: [
      {
        model: "virtio-net",
        mac: "52:54:00:12:01:02",
        backend: { kind: "vde", socketDirectory: "/run/switch" },
      },
    ],
    noReboot: true,
  });
  const append = machine.kernel?.append.split(" ");
  expect(append).toContain("winvm.uid=1234");
  expect(append).toContain(`winvm.key=${KEY}`);
  expect(machine.kernel?.append).not.toContain("comment");
});

test("a revived one needs no key", () => {
  const memory = { kind: "template", file: "/ram", mode: "revive" } as const;
  expect(() => controllerMachine({ ...options, publicKey: "", memory })).not.toThrow();
});

test.each([
  [{ uid: 0 }, "never root"],
  [{ uid: -1 }, "uid"],
  [{ uid: 1.5 }, "uid"],
  [{ publicKey: "ssh-rsa AAAA" }, "publicKey"],
  [{ publicKey: `ssh-ed25519 ${KEY}!` }, "publicKey"],
  [{ publicKey: "" }, "nobody can log in"],
])("%j is refused", (change, told) => {
  expect(() => controllerMachine({ ...options, ...change })).toThrow(told);
});

test("all faults are told at once", () => {
  expect(() => controllerMachine({ ...options, uid: 0, publicKey: "x" })).toThrow(
    expect.objectContaining({
      code: "CONTROLLER_INVALID",
      data: {
        faults: [{ path: "uid" }, { path: "publicKey" }].map(
          (f) => expect.objectContaining(f) as unknown,
        ),
      },
    }),
  );
});
