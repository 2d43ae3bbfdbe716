/** What a guest can see of its machine: a saved state fits a machine that is the same in all of it. */
export interface Hardware {
  /** The machine type with the options that add or leave out devices. */
  readonly board: string;
  readonly cpu: string;
  /** How many processors, and how they are told apart. */
  readonly processors: string;
  readonly memory: string;
  /** `-device` and `-global` in their order, without the names of what backs them on the host. */
  readonly devices: readonly string[];
}

/** Options of `-machine` that no guest sees. */
const hiddenMachineOptions = new Set(["memory-backend", "dump-guest-core"]);

/** Properties of `-device` that name the host's side, or how QEMU does its work. */
const backEnds = new Set(["drive", "chardev", "netdev", "fsdev", "tpmdev", "ioeventfd"]);

/**
 * Reads the hardware out of a QEMU command line that {@link machineArgv} made. Pure. Paths, descriptors, sockets, logs and
 * names are left out, so a machine that was saved and one that loads its state compare equal.
 */
export function hardwareOf(argv: readonly string[]): Hardware {
  const values = (option: string): readonly string[] =>
    argv.flatMap((word, index) => (word === option ? [argv[index + 1] ?? ""] : []));
  const one = (option: string): string => values(option)[0] ?? "";
  return {
    board: without(one("-machine"), hiddenMachineOptions),
    cpu: one("-cpu"),
    processors: one("-smp"),
    memory: one("-m"),
    devices: [
      ...values("-device").map((device) => without(device, backEnds)),
      ...values("-global").map((property) => `global ${property}`),
    ],
  };
}

function without(option: string, names: ReadonlySet<string>): string {
  return split(option)
    .filter((part) => !names.has(part.split("=", 1)[0] ?? ""))
    .join(",");
}

/** At single commas; QEMU writes a comma within a value twice. */
function split(option: string): readonly string[] {
  return option.match(/(?:[^,]|,,)+/g) ?? [];
}
