import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { resumeTogether, saveTogether, pauseTogether } from "@winvm/qemu";
import type { Machine, MachineShare, RunningMachine } from "@winvm/qemu";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { startSwitch } from "@winvm/vde";
import { sambaConfig } from "@winvm/xchg";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Controller, ControllerImage, GuestOptions } from "../../src/index.ts";
import { Collector } from "../../src/session/drive.ts";
import { keyPair } from "../keys.ts";
import {
  CLIENT_RECIPE,
  connect,
  describeController,
  needed,
  shareDirectory,
  startMachine,
  testImage,
} from "./machines.ts";

/** A second machine of the same kind plays the guest: another address, an sshd on port 22, an SMB client. */
function describeGuest(
  image: ControllerImage,
  publicKey: string,
  socketDirectory: string,
  memory: Machine["memory"],
): Machine {
  const machine = describeController(image, {
    name: "test-guest",
    shares: [],
    publicKey,
    socketDirectory,
    memory,
  });
  const networks = machine.networks.map((card) => ({ ...card, mac: "52:54:00:12:01:01" }));
  return { ...machine, networks };
}

const GUEST_SETUP = `ip address flush dev eth0
ip address add 192.168.0.1/24 dev eth0
cat >/run/winvm/guest_keys
printf '%s\\n' 'HostKey /run/winvm/host_key' 'AuthorizedKeysFile /run/winvm/guest_keys' 'StrictModes no' 'UsePAM no' >/tmp/sshd_config
/usr/sbin/sshd -f /tmp/sshd_config`;

const PASSWORD = "a P4ssword!";
const MOUNT = `mkdir -p /mnt/x && mount -t cifs -o username=winvm,password='${PASSWORD}',vers=3.1.1,cache=none,actimeo=0,soft //192.168.0.2/xchg/io /mnt/x `;

// Not cat: busybox reads by sendfile(2) there, for which the cifs client of Linux 6.1 pads with zeros (seen).
const READ = "dd 2>/dev/null if=";

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function ask(
  controller: Controller,
  command: string,
  options: GuestOptions = {},
): Promise<Answer> {
  const [stdout, stderr] = [new Collector(), new Collector()];
  const { code } = await controller.guest(command, {
    timeoutMs: 60_000,
    ...options,
    stdout,
    stderr,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

async function freshSwitch(): Promise<string> {
  const vde = await startSwitch();
  onTestFinished(async () => void (await vde.stop()));
  return vde.socketDirectory;
}

async function start(
  machine: Machine,
  options: Parameters<typeof startMachine>[1],
): Promise<RunningMachine> {
  const running = await startMachine(machine, options);
  onTestFinished(async () => void (await running.kill()));
  return running;
}

describe("a pair of controller and guest", { tags: ["vm"], timeout: 600_000 }, () => {
  test("works, is frozen, and goes on as if nothing had been", async (context) => {
    requirePrograms(context, { ...needed, vde_switch: "vde2" });
    const [image, clientImage] = [await testImage(), await testImage(CLIENT_RECIPE)];
    const directory = temporaryDirectory();
    const file = (name: string): string => join(directory, name);
    const [hostKeys, guestKeys, otherKeys] = [keyPair(), keyPair(), keyPair()];
    const [first, second, third] = ["first", "second", "third"].map((name) => {
      const share = shareDirectory(directory, name);
      writeFileSync(join(share, "name"), name, { mode: 0o644 });
      return share;
    }) as [string, string, string];
    const shares = (xchg: string): MachineShare[] => [
      { tag: "xchg", directory: xchg, readOnly: false },
      { tag: "store", directory: third, readOnly: true },
    ];

    // Both machines, as for a freeze.
    const before = await freshSwitch();
    const save = (name: string): Machine["memory"] => ({
      kind: "template",
      file: file(`${name}.ram`),
      mode: "save",
    });
    const controllerVm = await start(
      describeController(image, {
        shares: shares(first),
        publicKey: hostKeys.public,
        socketDirectory: before,
        memory: save("controller"),
      }),
      { stateOut: file("controller.state") },
    );
    const guestVm = await start(
      describeGuest(clientImage, hostKeys.public, before, save("guest")),
      { stateOut: file("guest.state") },
    );
    const [controller, guest] = await Promise.all([
      connect(controllerVm, hostKeys.private),
      connect(guestVm, hostKeys.private),
    ]);
    const config = sambaConfig({
      dialect: "SMB3_11",
      shares: [
        { tag: "xchg", readOnly: false },
        { tag: "store", readOnly: false },
      ],
      user: "winvm",
    });
    await controller.startSamba({ config, user: "winvm", password: PASSWORD });
    await controller.mountShares(["xchg", "store"]);

    // The guest's sshd is waited for from before it is there.
    const address = "192.168.0.1";
    await expect(controller.waitForGuest({ address, timeoutMs: 500 })).rejects.toMatchObject({
      code: "RUNTIME_TIMEOUT",
    });
    const waiting = controller.waitForGuest({ address, timeoutMs: 60_000 });
    await guest.exec(["sh", "-c", GUEST_SETUP], { stdin: `${guestKeys.public}\n` });
    await waiting;
    const login = { address, user: "root", timeoutMs: 60_000 };
    await expect(
      controller.connectGuest({ ...login, privateKey: otherKeys.private }),
    ).rejects.toMatchObject({
      code: "CONTROLLER_GUEST_REFUSED",
      message: expect.stringContaining("Permission denied") as string,
    });
    await controller.connectGuest({ ...login, privateKey: guestKeys.private });
    expect(await controller.guestAlive()).toBe(true);
    // The guest's key was never in the controller.
    const secret = guestKeys.private.split("\n")[3] ?? "";
    const traces = await controller.exec([
      "sh",
      "-c",
      `grep -r -l -F '${secret.slice(0, 20)}''${secret.slice(20)}' /run /tmp /root /etc /var`,
    ]);
    expect(traces.stdout).toBe("");

    // Commands in the guest.
    expect(await ask(controller, "echo out; echo err >&2; exit 9")).toEqual({
      code: 9,
      stdout: "out\n",
      stderr: "err\n",
    });
    const input = new PassThrough();
    input.end("through");
    expect((await ask(controller, "cat", { stdin: input })).stdout).toBe("through");
    const terminal = { columns: 132, rows: 43, term: "xterm" };
    const onTerminal = await ask(controller, "stty size; exit 3", { pty: terminal });
    expect(onTerminal).toMatchObject({ code: 3, stdout: "43 132\r\n" });
    const sum = await ask(controller, "head -c 5000000 /dev/zero | tr '\\0' x");
    expect(sum.stdout === "x".repeat(5_000_000)).toBe(true);
    await expect(ask(controller, "sleep 50", { timeoutMs: 300 })).rejects.toMatchObject({
      code: "RUNTIME_TIMEOUT",
    });

    // The shares, as the guest sees them.
    expect(await ask(controller, MOUNT)).toMatchObject({ code: 0, stderr: "" });
    expect(
      (await ask(controller, `${READ}/mnt/x/name; echo from the guest >/mnt/x/new`)).stdout,
    ).toBe("first");
    expect(readFileSync(join(first, "new"), "utf8")).toBe("from the guest\n");
    // Nothing is done as root on the guest's behalf.
    expect(statSync(join(first, "new")).uid).toBe(process.getuid?.() || 1000);
    const readOnly = MOUNT.replaceAll("/mnt/x", "/mnt/s").replace("/xchg/", "/store/");
    expect((await ask(controller, `${readOnly} && ! echo x >/mnt/s/new`)).code).toBe(0);
    const status = await controller.sambaStatus();
    expect(status.sessions).toMatchObject([{ user: "winvm", dialect: "SMB3_11" }]);
    expect(status.trees.map(({ share }) => share)).toEqual(
      expect.arrayContaining(["xchg", "store"]),
    );
    const connections = (): Promise<string> =>
      controller
        .exec(["sh", "-c", "netstat -tn | awk '/ESTAB/ {print $4, $5}' | sort"])
        .then(({ stdout }) => stdout);
    const established = await connections();

    // What is below a share changes under the living session.
    await controller.unmountShares(["xchg"]);
    expect((await controller.exec(["ls", "/srv/xchg/io"])).stdout).toBe("");
    await controller.mountShares(["xchg"]);
    expect((await ask(controller, `${READ}/mnt/x/name`)).stdout).toBe("first");

    // The freeze.
    await guest.detach();
    await controller.unmountShares(["xchg", "store"]);
    const { ident } = await controller.detach();
    await pauseTogether([guestVm, controllerVm]);
    await saveTogether([guestVm, controllerVm]);
    await Promise.all([guestVm.kill(), controllerVm.kill()]);

    // Two revivals, each with its own directory in the same place.
    for (const xchg of [second, third]) {
      const after = await freshSwitch();
      const revive = (name: string): Machine["memory"] => ({
        kind: "template",
        file: file(`${name}.ram`),
        mode: "revive",
      });
      const started = performance.now();
      const lap = (): number => Math.round(performance.now() - started);
      const revivedController = await start(
        describeController(image, {
          shares: shares(xchg),
          socketDirectory: after,
          memory: revive("controller"),
        }),
        { stateIn: file("controller.state") },
      );
      await revivedController.resume();
      const again = await connect(revivedController, hostKeys.private, ident);
      expect((await again.exec(["true"])).code).toBe(0);
      const execMs = lap();
      const revivedGuest = await start(
        describeGuest(clientImage, hostKeys.public, after, revive("guest")),
        { stateIn: file("guest.state") },
      );
      await resumeTogether([revivedGuest]);
      expect(await again.guestAlive()).toBe(true);
      await again.mountShares(["xchg", "store"]);
      expect(await ask(again, `${READ}/mnt/x/name`)).toMatchObject({
        code: 0,
        stdout: xchg === second ? "second" : "third",
      });
      console.log(
        `revival: ${revivedController.timings.loadedMs} ms to the loaded state, ${execMs} ms to the first answer`,
      );
      // The same sessions and connections, served by the same processes.
      const later = await again.sambaStatus();
      expect(later.sessions).toEqual(status.sessions);
      expect(later.trees).toEqual(status.trees);
      const { stdout } = await again.exec([
        "sh",
        "-c",
        "netstat -tn | awk '/ESTAB/ {print $4, $5}' | sort",
      ]);
      expect(stdout).toBe(established);
      // A revived pair can make a new connection, too.
      await again.connectGuest({ ...login, privateKey: guestKeys.private });
      expect((await ask(again, "echo still")).stdout).toBe("still\n");
      await again.close();
      await Promise.all([revivedGuest.kill(), revivedController.kill()]);
    }
    expect(readFileSync(join(second, "name"), "utf8")).toBe("second");
  });

  test("tells when the guest is gone", async (context) => {
    requirePrograms(context, { ...needed, vde_switch: "vde2" });
    const image = await testImage();
    const keys = keyPair();
    const socketDirectory = await freshSwitch();
    const controllerVm = await start(
      describeController(image, { shares: [], publicKey: keys.public, socketDirectory }),
      {},
    );
    const controller = await connect(controllerVm, keys.private);
    // The guest is the controller itself here.
    const setup = GUEST_SETUP.replace("ip address flush dev eth0", "true");
    await controller.exec(["sh", "-c", setup], { stdin: `${keys.public}\n` });
    const login = { address: "192.168.0.1", user: "root", privateKey: keys.private };
    await controller.connectGuest({ ...login, timeoutMs: 60_000 });
    const stdout = new PassThrough();
    const running = controller.guest("echo begun; sleep 100", { stdout, timeoutMs: 60_000 });
    // Told below; it may come before the answer to the next command.
    running.catch(() => {});
    // A connection that breaks before the guest has accepted the command is told otherwise.
    await once(stdout, "data");
    await controller.exec(["killall", "-9", "ssh"]);
    await expect(running).rejects.toMatchObject({ code: "CONTROLLER_GUEST_LOST" });
    expect(await controller.guestAlive()).toBe(false);
  });
});
