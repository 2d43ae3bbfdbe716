import type { DiskPlan, PartitionPlan, PlannedCommand, SetupPlan } from "./plan/plan.ts";

/**
 * The plan as files that shell scripts read, path → content: one value a file, tables with tabs, argument lists with NUL
 * behind each item.
 */
export function renderPlan(plan: SetupPlan): Readonly<Record<string, string>> {
  return {
    "computer-name": `${plan.computerName}\n`,
    owner: `${plan.owner}\n`,
    organization: `${plan.organization}\n`,
    "time-zone": `${plan.timeZone}\n`,
    logon: `${plan.logon}\n`,
    network: table(
      plan.interfaces.flatMap(({ identifier, addresses, gateway }) =>
        addresses.map((address) => [
          identifier,
          address,
          ...(gateway === undefined ? [] : [gateway]),
        ]),
      ),
    ),
    accounts: table(
      plan.accounts.map(({ name, administrator }) => [
        name,
        administrator ? "administrator" : "user",
      ]),
    ),
    "disk/id": `${plan.disk.id}\n`,
    "disk/table": `${plan.disk.table}\n`,
    "disk/sfdisk": sfdiskScript(plan.disk),
    "disk/partitions": table(
      plan.disk.partitions.map((item, at) => [
        String(at + 1),
        fileSystem(item),
        at + 1 === plan.disk.installTo ? "windows" : item.type === "EFI" ? "esp" : "other",
        item.label ?? "",
      ]),
    ),
    ...Object.assign(
      {},
      ...Object.entries(plan.commands).map(([pass, list]) => renderCommands(pass, list)),
    ),
  };
}

function renderCommands(pass: string, commands: readonly PlannedCommand[]): Record<string, string> {
  const files = commands.flatMap((command, at) => {
    const directory = `commands/${pass}/${String(at + 1).padStart(3, "0")}`;
    return [
      [`${directory}/line`, `${command.line}\n`],
      [`${directory}/description`, `${command.description}\n`],
      [`${directory}/kind`, `${command.kind}\n`],
      ...(command.playedBy === undefined
        ? []
        : [[`${directory}/played-by`, `${command.playedBy}\n`]]),
      [`${directory}/reboot`, `${command.willReboot}\n`],
      [`${directory}/argv`, command.argv.map((item) => `${item}\0`).join("")],
    ];
  });
  return Object.fromEntries(files) as Record<string, string>;
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join("\t")}\n`).join("");
}

// NTFS is played by ext4: what this guest's kernel can write and its boot loader can read.
function fileSystem({ format }: PartitionPlan): string {
  return format === "FAT32" ? "vfat" : format === "NTFS" ? "ext4" : "none";
}

const gptTypes = {
  Primary: "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7",
  EFI: "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
  MSR: "E3C9E316-0B5C-4DB8-817D-F92DF00215AE",
};

/** Input of sfdisk(8). */
function sfdiskScript({ table: kind, partitions }: DiskPlan): string {
  const lines = partitions.map(({ type, sizeMiB, active, format }) => {
    const size = sizeMiB === undefined ? [] : [`size=${sizeMiB}MiB`];
    const code = kind === "gpt" ? gptTypes[type] : format === "FAT32" ? "c" : "7";
    return [...size, `type=${code}`, ...(active ? ["bootable"] : [])].join(", ");
  });
  return [`label: ${kind === "gpt" ? "gpt" : "dos"}`, "", ...lines, ""].join("\n");
}
