/** The commands that get types. The others can be executed without. */
export const selectedCommands: readonly string[] = [
  "add-fd",
  "announce-self",
  "blockdev-change-medium",
  "closefd",
  "cont",
  "device-list-properties",
  "device_add",
  "device_del",
  "eject",
  "getfd",
  "human-monitor-command",
  "inject-nmi",
  "input-send-event",
  "migrate",
  "migrate-incoming",
  "migrate-set-capabilities",
  "migrate-set-parameters",
  "migrate_cancel",
  "object-del",
  "qom-get",
  "qom-list",
  "qom-list-properties",
  "qom-list-types",
  "qom-set",
  "query-block",
  "query-chardev",
  "query-command-line-options",
  "query-commands",
  "query-cpu-definitions",
  "query-cpus-fast",
  "query-current-machine",
  "query-fdsets",
  "query-kvm",
  "query-machines",
  "query-memdev",
  "query-memory-size-summary",
  "query-migrate",
  "query-migrate-capabilities",
  "query-migrate-parameters",
  "query-name",
  "query-pci",
  "query-qmp-schema",
  "query-status",
  "query-target",
  "query-uuid",
  "query-version",
  "quit",
  "remove-fd",
  "rtc-reset-reinjection",
  "screendump",
  "send-key",
  "set-action",
  "set_link",
  "stop",
  "system_powerdown",
  "system_reset",
  "system_wakeup",
];

/** Commands that take any further member: their QAPI definition has `'gen': false`. */
export const openArguments: ReadonlySet<string> = new Set(["device_add"]);

/**
 * QAPI's own names, by the place where the type is met first: the schema of a running QEMU masks them. Types that are
 * not listed are named after the place.
 */
export const knownNames: Readonly<Record<string, string>> = {
  "input-send-event arguments.events[]": "InputEvent",
  "query-migrate-capabilities return[]": "MigrationCapabilityStatus",
  "query-migrate-capabilities return[].capability": "MigrationCapability",
  "query-block return[]": "BlockInfo",
  "query-block return[].inserted": "BlockDeviceInfo",
  "query-block return[].inserted.image": "ImageInfo",
  "query-block return[].inserted.image.format-specific": "ImageInfoSpecific",
  "query-command-line-options return[]": "CommandLineOptionInfo",
  "query-cpu-definitions return[]": "CpuDefinitionInfo",
  "query-cpus-fast return[]": "CpuInfoFast",
  "query-current-machine return": "CurrentMachineParams",
  "query-kvm return": "KvmInfo",
  "query-machines return[]": "MachineInfo",
  "query-memdev return[]": "Memdev",
  "query-migrate return": "MigrationInfo",
  "query-migrate return.status": "MigrationStatus",
  "query-migrate-parameters return": "MigrationParameters",
  "query-qmp-schema return[]": "SchemaInfo",
  "query-pci return[]": "PciInfo",
  "query-pci return[].devices[]": "PciDeviceInfo",
  "query-status return": "StatusInfo",
  "query-status return.status": "RunState",
  "query-version return": "VersionInfo",
  "screendump arguments.format": "ImageFormat",
  "send-key arguments.keys[]": "KeyValue",
  "send-key arguments.keys[]:qcode.data": "QKeyCode",
  "device-list-properties return[]": "ObjectPropertyInfo",
  "qom-list-types return[]": "ObjectTypeInfo",
  "RESET data.reason": "ShutdownCause",
  "GUEST_CRASHLOADED data.action": "GuestPanicAction",
  "GUEST_CRASHLOADED data.info": "GuestPanicInformation",
  "BLOCK_IO_ERROR data.action": "BlockErrorAction",
  "JOB_STATUS_CHANGE data.status": "JobStatus",
};

/**
 * What later QEMUs have no more (their docs/about/removed-features.rst): the types don't promise it, and a QEMU without
 * it is none the worse.
 */
export const droppedLater: ReadonlySet<string> = new Set([
  // 9.0
  "query-status return.singlestep",
  // 9.1
  "migrate arguments.blk",
  "migrate arguments.inc",
  "migrate-set-capabilities arguments.capabilities[].capability=block",
  "migrate-set-capabilities arguments.capabilities[].capability=compress",
  "migrate-set-parameters arguments.block-incremental",
  "migrate-set-parameters arguments.compress-level",
  "migrate-set-parameters arguments.compress-threads",
  "migrate-set-parameters arguments.compress-wait-thread",
  "migrate-set-parameters arguments.decompress-threads",
  "query-migrate return.ram.skipped",
  // 11.1
  "migrate arguments.detach",
  "migrate-set-capabilities arguments.capabilities[].capability=zero-blocks",
]);

/** What QEMUs tell in different types: the types promise none. */
export const retypedLater: ReadonlySet<string> = new Set([
  // 11.1
  "query-migrate-parameters return.tls-authz",
  "query-migrate-parameters return.tls-creds",
  "query-migrate-parameters return.tls-hostname",
]);
