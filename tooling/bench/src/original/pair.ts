import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Controller } from "@winvm/controller";
import { createOverlay, type Machine, type MachineBacking } from "@winvm/qemu";
import { defaultNetwork, findGuest } from "@winvm/unattend";
import { startSwitch } from "@winvm/vde";
import { createExchange, planShares, sambaConfig, type Exchange, type Share } from "@winvm/xchg";
import type { Installed } from "../installed.ts";
import { scratchDirectory } from "../scratch.ts";
import { rtcBase, startFreshController, type BenchHost } from "./controller.ts";

/** The place of one pair: its directory, its exchange, an overlay for the guest's writes. */
export interface PairPlace {
  readonly directory: string;
  readonly exchange: Exchange;
  readonly shares: readonly Share[];
  readonly overlay: string;
}

/** Makes a pair's place; no process of it is left running. */
export async function makePlace(backing: string, stack: AsyncDisposableStack): Promise<PairPlace> {
  const directory = await scratchDirectory(stack);
  const empty = join(directory, "empty");
  await mkdir(empty, { mode: 0o755 });
  const exchange = await createExchange(join(directory, "xchg"));
  const overlay = join(directory, "disk.qcow2");
  await createOverlay({ file: overlay, backing: { file: backing, format: "qcow2" } });
  return {
    directory,
    exchange,
    overlay,
    shares: planShares([], { exchange: exchange.directory, empty }),
  };
}

/** The reference guest with the devices that the pipeline gives it, and RAM of its own. */
export function guestMachine(
  host: BenchHost,
  parts: {
    readonly disk: string;
    readonly backing: MachineBacking;
    readonly socketDirectory: string;
    readonly serialLog: string;
  },
): Machine {
  const { hardware } = findGuest("reference");
  return {
    name: "bench-guest",
    machineType: hardware.machine,
    cpu: hardware.cpu,
    cpus: hardware.cpus,
    memoryBytes: hardware.memoryBytes,
    accelerator: host.accelerator,
    firmware: { kind: "bios" },
    disks: [
      {
        id: "disk0",
        bus: hardware.diskBus,
        file: parts.disk,
        format: "qcow2",
        bootIndex: 0,
        backing: parts.backing,
        throwAway: true,
      },
    ],
    cdroms: [],
    networks: [
      {
        id: "net0",
        model: hardware.nic,
        mac: defaultNetwork.mac,
        backend: { kind: "vde", socketDirectory: parts.socketDirectory },
      },
    ],
    ports: [],
    shares: [],
    serialLog: parts.serialLog,
    display: hardware.display,
    rtcBase,
    memory: { kind: "private" },
  };
}

/** A switch and a new controller with Samba at work. */
export async function startSwitchAndController(
  { controller: image, smbUser, smbPassword }: Installed,
  host: BenchHost,
  place: PairPlace,
  stack: AsyncDisposableStack,
): Promise<{ readonly socketDirectory: string; readonly controller: Promise<Controller> }> {
  const { socketDirectory } = stack.use(await startSwitch());
  const { directory, shares } = place;
  const boot = async (): Promise<Controller> => {
    const { connection } = await startFreshController(
      { image, host, directory, socketDirectory, shares },
      stack,
    );
    await connection.startSamba({
      config: sambaConfig({ dialect: findGuest("reference").smb, shares, user: smbUser }),
      user: smbUser,
      password: smbPassword,
    });
    await connection.mountShares(shares.map(({ tag }) => tag));
    return connection;
  };
  const controller = boot();
  // Whoever waits for it is told; nobody may be waiting yet.
  controller.catch(() => {});
  return { socketDirectory, controller };
}

/** SSH from the controller into the guest, from the first handshake on. */
export async function connectToGuest(
  controller: Controller,
  { user, guestKey }: Installed,
  timeoutMs: number,
): Promise<void> {
  const address = defaultNetwork.address.split("/", 1)[0] ?? "";
  await controller.waitForGuest({ address, port: 22, timeoutMs });
  await controller.connectGuest({ address, user, privateKey: guestKey, timeoutMs });
}
