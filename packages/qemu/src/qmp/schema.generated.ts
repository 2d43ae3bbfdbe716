// Made by scripts/generate-qmp-types.ts from the QMP schema of QEMU 7.2.22. Do not edit.

/** The QEMU whose schema these types are made from. */
export const qmpSchemaVersion = "7.2.22";

/** An object without members. */
export type QmpNothing = Readonly<Record<string, never>>;

/** What each command takes and answers. */
export interface QmpCommands {
  readonly "add-fd": { readonly arguments: AddFdArguments; readonly return: AddFdReturn };
  readonly "announce-self": { readonly arguments: AnnounceSelfArguments; readonly return: QmpNothing };
  readonly "blockdev-change-medium": { readonly arguments: BlockdevChangeMediumArguments; readonly return: QmpNothing };
  readonly closefd: { readonly arguments: ClosefdArguments; readonly return: QmpNothing };
  readonly cont: { readonly arguments: QmpNothing; readonly return: QmpNothing };
  readonly "device-list-properties": { readonly arguments: DeviceListPropertiesArguments; readonly return: readonly ObjectPropertyInfo[] };
  readonly device_add: { readonly arguments: DeviceAddArguments & { readonly [member: string]: unknown }; readonly return: QmpNothing };
  readonly device_del: { readonly arguments: DeviceDelArguments; readonly return: QmpNothing };
  readonly eject: { readonly arguments: EjectArguments; readonly return: QmpNothing };
  readonly getfd: { readonly arguments: GetfdArguments; readonly return: QmpNothing };
  readonly "human-monitor-command": { readonly arguments: HumanMonitorCommandArguments; readonly return: string };
  readonly "inject-nmi": { readonly arguments: QmpNothing; readonly return: QmpNothing };
  readonly "input-send-event": { readonly arguments: InputSendEventArguments; readonly return: QmpNothing };
  readonly migrate: { readonly arguments: MigrateArguments; readonly return: QmpNothing };
  readonly "migrate-incoming": { readonly arguments: MigrateIncomingArguments; readonly return: QmpNothing };
  readonly "migrate-set-capabilities": { readonly arguments: MigrateSetCapabilitiesArguments; readonly return: QmpNothing };
  readonly "migrate-set-parameters": { readonly arguments: MigrateSetParametersArguments; readonly return: QmpNothing };
  readonly migrate_cancel: { readonly arguments: QmpNothing; readonly return: QmpNothing };
  readonly "object-del": { readonly arguments: ObjectDelArguments; readonly return: QmpNothing };
  readonly "qom-get": { readonly arguments: QomGetArguments; readonly return: unknown };
  readonly "qom-list": { readonly arguments: QomListArguments; readonly return: readonly ObjectPropertyInfo[] };
  readonly "qom-list-properties": { readonly arguments: QomListPropertiesArguments; readonly return: readonly ObjectPropertyInfo[] };
  readonly "qom-list-types": { readonly arguments: QomListTypesArguments; readonly return: readonly ObjectTypeInfo[] };
  readonly "qom-set": { readonly arguments: QomSetArguments; readonly return: QmpNothing };
  readonly "query-block": { readonly arguments: QmpNothing; readonly return: readonly BlockInfo[] };
  readonly "query-chardev": { readonly arguments: QmpNothing; readonly return: readonly QueryChardevReturnItem[] };
  readonly "query-command-line-options": { readonly arguments: QueryCommandLineOptionsArguments; readonly return: readonly CommandLineOptionInfo[] };
  readonly "query-commands": { readonly arguments: QmpNothing; readonly return: readonly QueryCommandsReturnItem[] };
  readonly "query-cpu-definitions": { readonly arguments: QmpNothing; readonly return: readonly CpuDefinitionInfo[] };
  readonly "query-cpus-fast": { readonly arguments: QmpNothing; readonly return: readonly CpuInfoFast[] };
  readonly "query-current-machine": { readonly arguments: QmpNothing; readonly return: CurrentMachineParams };
  readonly "query-fdsets": { readonly arguments: QmpNothing; readonly return: readonly QueryFdsetsReturnItem[] };
  readonly "query-kvm": { readonly arguments: QmpNothing; readonly return: KvmInfo };
  readonly "query-machines": { readonly arguments: QmpNothing; readonly return: readonly MachineInfo[] };
  readonly "query-memdev": { readonly arguments: QmpNothing; readonly return: readonly Memdev[] };
  readonly "query-memory-size-summary": { readonly arguments: QmpNothing; readonly return: QueryMemorySizeSummaryReturn };
  readonly "query-migrate": { readonly arguments: QmpNothing; readonly return: MigrationInfo };
  readonly "query-migrate-capabilities": { readonly arguments: QmpNothing; readonly return: readonly MigrationCapabilityStatus[] };
  readonly "query-migrate-parameters": { readonly arguments: QmpNothing; readonly return: MigrationParameters };
  readonly "query-name": { readonly arguments: QmpNothing; readonly return: QueryNameReturn };
  readonly "query-pci": { readonly arguments: QmpNothing; readonly return: readonly PciInfo[] };
  readonly "query-qmp-schema": { readonly arguments: QmpNothing; readonly return: readonly SchemaInfo[] };
  readonly "query-status": { readonly arguments: QmpNothing; readonly return: StatusInfo };
  readonly "query-target": { readonly arguments: QmpNothing; readonly return: QueryTargetReturn };
  readonly "query-uuid": { readonly arguments: QmpNothing; readonly return: QueryUuidReturn };
  readonly "query-version": { readonly arguments: QmpNothing; readonly return: VersionInfo };
  readonly quit: { readonly arguments: QmpNothing; readonly return: QmpNothing };
  readonly "remove-fd": { readonly arguments: RemoveFdArguments; readonly return: QmpNothing };
  readonly "rtc-reset-reinjection": { readonly arguments: QmpNothing; readonly return: QmpNothing };
  readonly screendump: { readonly arguments: ScreendumpArguments; readonly return: QmpNothing };
  readonly "send-key": { readonly arguments: SendKeyArguments; readonly return: QmpNothing };
  readonly "set-action": { readonly arguments: SetActionArguments; readonly return: QmpNothing };
  readonly set_link: { readonly arguments: SetLinkArguments; readonly return: QmpNothing };
  readonly stop: { readonly arguments: QmpNothing; readonly return: QmpNothing };
  readonly system_powerdown: { readonly arguments: QmpNothing; readonly return: QmpNothing };
  readonly system_reset: { readonly arguments: QmpNothing; readonly return: QmpNothing };
  readonly system_wakeup: { readonly arguments: QmpNothing; readonly return: QmpNothing };
}

/** What each event tells. */
export interface QmpEvents {
  readonly ACPI_DEVICE_OST: AcpiDeviceOstData;
  readonly BALLOON_CHANGE: BalloonChangeData;
  readonly BLOCK_EXPORT_DELETED: BlockExportDeletedData;
  readonly BLOCK_IMAGE_CORRUPTED: BlockImageCorruptedData;
  readonly BLOCK_IO_ERROR: BlockIoErrorData;
  readonly BLOCK_JOB_CANCELLED: BlockJobCancelledData;
  readonly BLOCK_JOB_COMPLETED: BlockJobCompletedData;
  readonly BLOCK_JOB_ERROR: BlockJobErrorData;
  readonly BLOCK_JOB_PENDING: BlockJobPendingData;
  readonly BLOCK_JOB_READY: BlockJobReadyData;
  readonly BLOCK_WRITE_THRESHOLD: BlockWriteThresholdData;
  readonly COLO_EXIT: ColoExitData;
  readonly DEVICE_DELETED: DeviceDeletedData;
  readonly DEVICE_TRAY_MOVED: DeviceTrayMovedData;
  readonly DEVICE_UNPLUG_GUEST_ERROR: DeviceUnplugGuestErrorData;
  readonly DUMP_COMPLETED: DumpCompletedData;
  readonly FAILOVER_NEGOTIATED: FailoverNegotiatedData;
  readonly GUEST_CRASHLOADED: GuestCrashloadedData;
  readonly GUEST_PANICKED: GuestPanickedData;
  readonly JOB_STATUS_CHANGE: JobStatusChangeData;
  readonly MEMORY_DEVICE_SIZE_CHANGE: MemoryDeviceSizeChangeData;
  readonly MEMORY_FAILURE: MemoryFailureData;
  /** @deprecated by QEMU */
  readonly MEM_UNPLUG_ERROR: MemUnplugErrorData;
  readonly MIGRATION: MigrationData;
  readonly MIGRATION_PASS: MigrationPassData;
  readonly NETDEV_STREAM_CONNECTED: NetdevStreamConnectedData;
  readonly NETDEV_STREAM_DISCONNECTED: NetdevStreamDisconnectedData;
  readonly NIC_RX_FILTER_CHANGED: NicRxFilterChangedData;
  readonly POWERDOWN: QmpNothing;
  readonly PR_MANAGER_STATUS_CHANGED: PrManagerStatusChangedData;
  readonly QUORUM_FAILURE: QuorumFailureData;
  readonly QUORUM_REPORT_BAD: QuorumReportBadData;
  readonly RDMA_GID_STATUS_CHANGED: RdmaGidStatusChangedData;
  readonly RESET: ResetData;
  readonly RESUME: QmpNothing;
  readonly RTC_CHANGE: RtcChangeData;
  readonly SHUTDOWN: ShutdownData;
  readonly SPICE_CONNECTED: SpiceConnectedData;
  readonly SPICE_DISCONNECTED: SpiceDisconnectedData;
  readonly SPICE_INITIALIZED: SpiceInitializedData;
  readonly SPICE_MIGRATE_COMPLETED: QmpNothing;
  readonly STOP: QmpNothing;
  readonly SUSPEND: QmpNothing;
  readonly SUSPEND_DISK: QmpNothing;
  readonly UNPLUG_PRIMARY: UnplugPrimaryData;
  readonly VFU_CLIENT_HANGUP: VfuClientHangupData;
  readonly VNC_CONNECTED: VncConnectedData;
  readonly VNC_DISCONNECTED: VncDisconnectedData;
  readonly VNC_INITIALIZED: VncInitializedData;
  readonly VSERPORT_CHANGE: VserportChangeData;
  readonly WAKEUP: QmpNothing;
  readonly WATCHDOG: WatchdogData;
}

export interface AddFdArguments {
  readonly "fdset-id"?: number | undefined;
  readonly opaque?: string | undefined;
}

export interface AddFdReturn {
  readonly "fdset-id": number;
  readonly fd: number;
}

export interface AnnounceSelfArguments {
  readonly initial: number;
  readonly max: number;
  readonly rounds: number;
  readonly step: number;
  readonly interfaces?: readonly string[] | undefined;
  readonly id?: string | undefined;
}

export interface BlockdevChangeMediumArguments {
  /** @deprecated by QEMU */
  readonly device?: string | undefined;
  readonly id?: string | undefined;
  readonly filename: string;
  readonly format?: string | undefined;
  readonly force?: boolean | undefined;
  readonly "read-only-mode"?: BlockdevChangeMediumArgumentsReadOnlyMode | undefined;
}

export interface ClosefdArguments {
  readonly fdname: string;
}

export interface DeviceListPropertiesArguments {
  readonly typename: string;
}

export interface ObjectPropertyInfo {
  readonly name: string;
  readonly type: string;
  readonly description?: string | undefined;
  readonly "default-value"?: unknown;
}

export interface DeviceAddArguments {
  readonly driver: string;
  readonly bus?: string | undefined;
  readonly id?: string | undefined;
}

export interface DeviceDelArguments {
  readonly id: string;
}

export interface EjectArguments {
  /** @deprecated by QEMU */
  readonly device?: string | undefined;
  readonly id?: string | undefined;
  readonly force?: boolean | undefined;
}

export interface GetfdArguments {
  readonly fdname: string;
}

export interface HumanMonitorCommandArguments {
  readonly "command-line": string;
  readonly "cpu-index"?: number | undefined;
}

export interface InputSendEventArguments {
  readonly device?: string | undefined;
  readonly head?: number | undefined;
  readonly events: readonly InputEvent[];
}

export interface MigrateArguments {
  readonly uri: string;
  readonly blk?: boolean | undefined;
  readonly inc?: boolean | undefined;
  readonly detach?: boolean | undefined;
  readonly resume?: boolean | undefined;
}

export interface MigrateIncomingArguments {
  readonly uri: string;
}

export interface MigrateSetCapabilitiesArguments {
  readonly capabilities: readonly MigrationCapabilityStatus[];
}

export interface MigrateSetParametersArguments {
  readonly "announce-initial"?: number | undefined;
  readonly "announce-max"?: number | undefined;
  readonly "announce-rounds"?: number | undefined;
  readonly "announce-step"?: number | undefined;
  readonly "compress-level"?: number | undefined;
  readonly "compress-threads"?: number | undefined;
  readonly "compress-wait-thread"?: boolean | undefined;
  readonly "decompress-threads"?: number | undefined;
  readonly "throttle-trigger-threshold"?: number | undefined;
  readonly "cpu-throttle-initial"?: number | undefined;
  readonly "cpu-throttle-increment"?: number | undefined;
  readonly "cpu-throttle-tailslow"?: boolean | undefined;
  readonly "tls-creds"?: MigrateSetParametersArgumentsTlsCreds | undefined;
  readonly "tls-hostname"?: MigrateSetParametersArgumentsTlsCreds | undefined;
  readonly "tls-authz"?: MigrateSetParametersArgumentsTlsCreds | undefined;
  readonly "max-bandwidth"?: number | undefined;
  readonly "downtime-limit"?: number | undefined;
  /** Unstable. */
  readonly "x-checkpoint-delay"?: number | undefined;
  readonly "block-incremental"?: boolean | undefined;
  readonly "multifd-channels"?: number | undefined;
  readonly "xbzrle-cache-size"?: number | undefined;
  readonly "max-postcopy-bandwidth"?: number | undefined;
  readonly "max-cpu-throttle"?: number | undefined;
  readonly "multifd-compression"?: MigrateSetParametersArgumentsMultifdCompression | undefined;
  readonly "multifd-zlib-level"?: number | undefined;
  readonly "multifd-zstd-level"?: number | undefined;
  readonly "block-bitmap-mapping"?: readonly MigrateSetParametersArgumentsBlockBitmapMappingItem[] | undefined;
}

export interface ObjectDelArguments {
  readonly id: string;
}

export interface QomGetArguments {
  readonly path: string;
  readonly property: string;
}

export interface QomListArguments {
  readonly path: string;
}

export interface QomListPropertiesArguments {
  readonly typename: string;
}

export interface QomListTypesArguments {
  readonly implements?: string | undefined;
  readonly abstract?: boolean | undefined;
}

export interface ObjectTypeInfo {
  readonly name: string;
  readonly abstract?: boolean | undefined;
  readonly parent?: string | undefined;
}

export interface QomSetArguments {
  readonly path: string;
  readonly property: string;
  readonly value: unknown;
}

export interface BlockInfo {
  readonly device: string;
  readonly qdev?: string | undefined;
  readonly type: string;
  readonly removable: boolean;
  readonly locked: boolean;
  readonly inserted?: BlockDeviceInfo | undefined;
  readonly tray_open?: boolean | undefined;
  readonly "io-status"?: BlockInfoIoStatus | undefined;
}

export interface QueryChardevReturnItem {
  readonly label: string;
  readonly filename: string;
  readonly "frontend-open": boolean;
}

export interface QueryCommandLineOptionsArguments {
  readonly option?: string | undefined;
}

export interface CommandLineOptionInfo {
  readonly option: string;
  readonly parameters: readonly CommandLineOptionInfoParametersItem[];
}

export interface QueryCommandsReturnItem {
  readonly name: string;
}

export interface CpuDefinitionInfo {
  readonly name: string;
  readonly "migration-safe"?: boolean | undefined;
  readonly static: boolean;
  readonly "unavailable-features"?: readonly string[] | undefined;
  readonly typename: string;
  readonly "alias-of"?: string | undefined;
  readonly deprecated: boolean;
}

export type CpuInfoFast = {
  readonly "cpu-index": number;
  readonly "qom-path": string;
  readonly "thread-id": number;
  readonly props?: CpuInfoFastProps | undefined;
} & (
  | ({ readonly target: "aarch64" | "alpha" | "arm" | "avr" | "cris" | "hppa" | "i386" | "loongarch64" | "m68k" | "microblaze" | "microblazeel" | "mips" | "mips64" | "mips64el" | "mipsel" | "nios2" | "or1k" | "ppc" | "ppc64" | "riscv32" | "riscv64" | "rx" | "sh4" | "sh4eb" | "sparc" | "sparc64" | "tricore" | "x86_64" | "xtensa" | "xtensaeb" })
  | ({ readonly target: "s390x" } & CpuInfoFastS390x)
);

export interface CurrentMachineParams {
  readonly "wakeup-suspend-support": boolean;
}

export interface QueryFdsetsReturnItem {
  readonly "fdset-id": number;
  readonly fds: readonly QueryFdsetsReturnItemFdsItem[];
}

export interface KvmInfo {
  readonly enabled: boolean;
  readonly present: boolean;
}

export interface MachineInfo {
  readonly name: string;
  readonly alias?: string | undefined;
  readonly "is-default"?: boolean | undefined;
  readonly "cpu-max": number;
  readonly "hotpluggable-cpus": boolean;
  readonly "numa-mem-supported": boolean;
  readonly deprecated: boolean;
  readonly "default-cpu-type"?: string | undefined;
  readonly "default-ram-id"?: string | undefined;
}

export interface Memdev {
  readonly id?: string | undefined;
  readonly size: number;
  readonly merge: boolean;
  readonly dump: boolean;
  readonly prealloc: boolean;
  readonly share: boolean;
  readonly reserve?: boolean | undefined;
  readonly "host-nodes": readonly number[];
  readonly policy: MemdevPolicy;
}

export interface QueryMemorySizeSummaryReturn {
  readonly "base-memory": number;
  readonly "plugged-memory"?: number | undefined;
}

export interface MigrationInfo {
  readonly status?: MigrationStatus | undefined;
  readonly ram?: MigrationInfoRam | undefined;
  readonly disk?: MigrationInfoRam | undefined;
  readonly vfio?: MigrationInfoVfio | undefined;
  readonly "xbzrle-cache"?: MigrationInfoXbzrleCache | undefined;
  readonly "total-time"?: number | undefined;
  readonly "expected-downtime"?: number | undefined;
  readonly downtime?: number | undefined;
  readonly "setup-time"?: number | undefined;
  readonly "cpu-throttle-percentage"?: number | undefined;
  readonly "error-desc"?: string | undefined;
  readonly "blocked-reasons"?: readonly string[] | undefined;
  readonly "postcopy-blocktime"?: number | undefined;
  readonly "postcopy-vcpu-blocktime"?: readonly number[] | undefined;
  readonly compression?: MigrationInfoCompression | undefined;
  readonly "socket-address"?: readonly MigrationInfoSocketAddressItem[] | undefined;
}

export interface MigrationCapabilityStatus {
  readonly capability: MigrationCapability;
  readonly state: boolean;
}

export interface MigrationParameters {
  readonly "announce-initial"?: number | undefined;
  readonly "announce-max"?: number | undefined;
  readonly "announce-rounds"?: number | undefined;
  readonly "announce-step"?: number | undefined;
  readonly "compress-level"?: number | undefined;
  readonly "compress-threads"?: number | undefined;
  readonly "compress-wait-thread"?: boolean | undefined;
  readonly "decompress-threads"?: number | undefined;
  readonly "throttle-trigger-threshold"?: number | undefined;
  readonly "cpu-throttle-initial"?: number | undefined;
  readonly "cpu-throttle-increment"?: number | undefined;
  readonly "cpu-throttle-tailslow"?: boolean | undefined;
  readonly "tls-creds"?: unknown;
  readonly "tls-hostname"?: unknown;
  readonly "tls-authz"?: unknown;
  readonly "max-bandwidth"?: number | undefined;
  readonly "downtime-limit"?: number | undefined;
  /** Unstable. */
  readonly "x-checkpoint-delay"?: number | undefined;
  readonly "block-incremental"?: boolean | undefined;
  readonly "multifd-channels"?: number | undefined;
  readonly "xbzrle-cache-size"?: number | undefined;
  readonly "max-postcopy-bandwidth"?: number | undefined;
  readonly "max-cpu-throttle"?: number | undefined;
  readonly "multifd-compression"?: MigrateSetParametersArgumentsMultifdCompression | undefined;
  readonly "multifd-zlib-level"?: number | undefined;
  readonly "multifd-zstd-level"?: number | undefined;
  readonly "block-bitmap-mapping"?: readonly MigrateSetParametersArgumentsBlockBitmapMappingItem[] | undefined;
}

export interface QueryNameReturn {
  readonly name?: string | undefined;
}

export interface PciInfo {
  readonly bus: number;
  readonly devices: readonly PciDeviceInfo[];
}

export type SchemaInfo = {
  readonly name: string;
  readonly features?: readonly string[] | undefined;
} & (
  | ({ readonly "meta-type": "builtin" } & SchemaInfoBuiltin)
  | ({ readonly "meta-type": "enum" } & SchemaInfoEnum)
  | ({ readonly "meta-type": "array" } & SchemaInfoArray)
  | ({ readonly "meta-type": "object" } & SchemaInfoObject)
  | ({ readonly "meta-type": "alternate" } & SchemaInfoAlternate)
  | ({ readonly "meta-type": "command" } & SchemaInfoCommand)
  | ({ readonly "meta-type": "event" } & SchemaInfoEvent)
);

export interface StatusInfo {
  readonly running: boolean;
  readonly singlestep?: boolean | undefined;
  readonly status: RunState;
}

export interface QueryTargetReturn {
  readonly arch: QueryTargetReturnArch;
}

export interface QueryUuidReturn {
  readonly UUID: string;
}

export interface VersionInfo {
  readonly qemu: VersionInfoQemu;
  readonly package: string;
}

export interface RemoveFdArguments {
  readonly "fdset-id": number;
  readonly fd?: number | undefined;
}

export interface ScreendumpArguments {
  readonly filename: string;
  readonly device?: string | undefined;
  readonly head?: number | undefined;
  readonly format?: ImageFormat | undefined;
}

export interface SendKeyArguments {
  readonly keys: readonly KeyValue[];
  readonly "hold-time"?: number | undefined;
}

export interface SetActionArguments {
  readonly reboot?: SetActionArgumentsReboot | undefined;
  readonly shutdown?: SetActionArgumentsShutdown | undefined;
  readonly panic?: SetActionArgumentsPanic | undefined;
  readonly watchdog?: SetActionArgumentsWatchdog | undefined;
}

export interface SetLinkArguments {
  readonly name: string;
  readonly up: boolean;
}

export interface AcpiDeviceOstData {
  readonly info: AcpiDeviceOstDataInfo;
}

export interface BalloonChangeData {
  readonly actual: number;
}

export interface BlockExportDeletedData {
  readonly id: string;
}

export interface BlockImageCorruptedData {
  readonly device: string;
  readonly "node-name"?: string | undefined;
  readonly msg: string;
  readonly offset?: number | undefined;
  readonly size?: number | undefined;
  readonly fatal: boolean;
}

export interface BlockIoErrorData {
  readonly device: string;
  readonly "node-name"?: string | undefined;
  readonly operation: BlockIoErrorDataOperation;
  readonly action: BlockErrorAction;
  readonly nospace?: boolean | undefined;
  readonly reason: string;
}

export interface BlockJobCancelledData {
  readonly type: BlockJobCancelledDataType;
  readonly device: string;
  readonly len: number;
  readonly offset: number;
  readonly speed: number;
}

export interface BlockJobCompletedData {
  readonly type: BlockJobCancelledDataType;
  readonly device: string;
  readonly len: number;
  readonly offset: number;
  readonly speed: number;
  readonly error?: string | undefined;
}

export interface BlockJobErrorData {
  readonly device: string;
  readonly operation: BlockIoErrorDataOperation;
  readonly action: BlockErrorAction;
}

export interface BlockJobPendingData {
  readonly type: BlockJobCancelledDataType;
  readonly id: string;
}

export interface BlockJobReadyData {
  readonly type: BlockJobCancelledDataType;
  readonly device: string;
  readonly len: number;
  readonly offset: number;
  readonly speed: number;
}

export interface BlockWriteThresholdData {
  readonly "node-name": string;
  readonly "amount-exceeded": number;
  readonly "write-threshold": number;
}

export interface ColoExitData {
  readonly mode: ColoExitDataMode;
  readonly reason: ColoExitDataReason;
}

export interface DeviceDeletedData {
  readonly device?: string | undefined;
  readonly path: string;
}

export interface DeviceTrayMovedData {
  readonly device: string;
  readonly id: string;
  readonly "tray-open": boolean;
}

export interface DeviceUnplugGuestErrorData {
  readonly device?: string | undefined;
  readonly path: string;
}

export interface DumpCompletedData {
  readonly result: DumpCompletedDataResult;
  readonly error?: string | undefined;
}

export interface FailoverNegotiatedData {
  readonly "device-id": string;
}

export interface GuestCrashloadedData {
  readonly action: GuestPanicAction;
  readonly info?: GuestPanicInformation | undefined;
}

export interface GuestPanickedData {
  readonly action: GuestPanicAction;
  readonly info?: GuestPanicInformation | undefined;
}

export interface JobStatusChangeData {
  readonly id: string;
  readonly status: JobStatus;
}

export interface MemoryDeviceSizeChangeData {
  readonly id?: string | undefined;
  readonly size: number;
  readonly "qom-path": string;
}

export interface MemoryFailureData {
  readonly recipient: MemoryFailureDataRecipient;
  readonly action: MemoryFailureDataAction;
  readonly flags: MemoryFailureDataFlags;
}

export interface MemUnplugErrorData {
  readonly device: string;
  readonly msg: string;
}

export interface MigrationData {
  readonly status: MigrationStatus;
}

export interface MigrationPassData {
  readonly pass: number;
}

export interface NetdevStreamConnectedData {
  readonly "netdev-id": string;
  readonly addr: MigrationInfoSocketAddressItem;
}

export interface NetdevStreamDisconnectedData {
  readonly "netdev-id": string;
}

export interface NicRxFilterChangedData {
  readonly name?: string | undefined;
  readonly path: string;
}

export interface PrManagerStatusChangedData {
  readonly id: string;
  readonly connected: boolean;
}

export interface QuorumFailureData {
  readonly reference: string;
  readonly "sector-num": number;
  readonly "sectors-count": number;
}

export interface QuorumReportBadData {
  readonly type: QuorumReportBadDataType;
  readonly error?: string | undefined;
  readonly "node-name": string;
  readonly "sector-num": number;
  readonly "sectors-count": number;
}

export interface RdmaGidStatusChangedData {
  readonly netdev: string;
  readonly "gid-status": boolean;
  readonly "subnet-prefix": number;
  readonly "interface-id": number;
}

export interface ResetData {
  readonly guest: boolean;
  readonly reason: ShutdownCause;
}

export interface RtcChangeData {
  readonly offset: number;
  readonly "qom-path": string;
}

export interface ShutdownData {
  readonly guest: boolean;
  readonly reason: ShutdownCause;
}

export interface SpiceConnectedData {
  readonly server: SpiceConnectedDataServer;
  readonly client: SpiceConnectedDataServer;
}

export interface SpiceDisconnectedData {
  readonly server: SpiceConnectedDataServer;
  readonly client: SpiceConnectedDataServer;
}

export interface SpiceInitializedData {
  readonly server: SpiceInitializedDataServer;
  readonly client: SpiceInitializedDataClient;
}

export interface UnplugPrimaryData {
  readonly "device-id": string;
}

export interface VfuClientHangupData {
  readonly "vfu-id": string;
  readonly "vfu-qom-path": string;
  readonly "dev-id": string;
  readonly "dev-qom-path": string;
}

export interface VncConnectedData {
  readonly server: VncConnectedDataServer;
  readonly client: VncConnectedDataClient;
}

export interface VncDisconnectedData {
  readonly server: VncConnectedDataServer;
  readonly client: VncDisconnectedDataClient;
}

export interface VncInitializedData {
  readonly server: VncConnectedDataServer;
  readonly client: VncDisconnectedDataClient;
}

export interface VserportChangeData {
  readonly id: string;
  readonly open: boolean;
}

export interface WatchdogData {
  readonly action: SetActionArgumentsWatchdog;
}

export type BlockdevChangeMediumArgumentsReadOnlyMode =
  | "retain"
  | "read-only"
  | "read-write";

export type InputEvent = (
  | ({ readonly type: "key" } & InputEventKey)
  | ({ readonly type: "btn" } & InputEventBtn)
  | ({ readonly type: "rel" | "abs" } & InputEventRel)
);

export type MigrateSetParametersArgumentsTlsCreds =
  | string
  | null;

export type MigrateSetParametersArgumentsMultifdCompression =
  | "none"
  | "zlib"
  | "zstd";

export interface MigrateSetParametersArgumentsBlockBitmapMappingItem {
  readonly "node-name": string;
  readonly alias: string;
  readonly bitmaps: readonly MigrateSetParametersArgumentsBlockBitmapMappingItemBitmapsItem[];
}

export interface BlockDeviceInfo {
  readonly file: string;
  readonly "node-name"?: string | undefined;
  readonly ro: boolean;
  readonly drv: string;
  readonly backing_file?: string | undefined;
  readonly backing_file_depth: number;
  readonly encrypted: boolean;
  readonly detect_zeroes: BlockDeviceInfoDetectZeroes;
  readonly bps: number;
  readonly bps_rd: number;
  readonly bps_wr: number;
  readonly iops: number;
  readonly iops_rd: number;
  readonly iops_wr: number;
  readonly image: ImageInfo;
  readonly bps_max?: number | undefined;
  readonly bps_rd_max?: number | undefined;
  readonly bps_wr_max?: number | undefined;
  readonly iops_max?: number | undefined;
  readonly iops_rd_max?: number | undefined;
  readonly iops_wr_max?: number | undefined;
  readonly bps_max_length?: number | undefined;
  readonly bps_rd_max_length?: number | undefined;
  readonly bps_wr_max_length?: number | undefined;
  readonly iops_max_length?: number | undefined;
  readonly iops_rd_max_length?: number | undefined;
  readonly iops_wr_max_length?: number | undefined;
  readonly iops_size?: number | undefined;
  readonly group?: string | undefined;
  readonly cache: BlockDeviceInfoCache;
  readonly write_threshold: number;
  readonly "dirty-bitmaps"?: readonly BlockDeviceInfoDirtyBitmapsItem[] | undefined;
}

export type BlockInfoIoStatus =
  | "ok"
  | "failed"
  | "nospace";

export interface CommandLineOptionInfoParametersItem {
  readonly name: string;
  readonly type: CommandLineOptionInfoParametersItemType;
  readonly help?: string | undefined;
  readonly default?: string | undefined;
}

export interface CpuInfoFastProps {
  readonly "node-id"?: number | undefined;
  readonly "socket-id"?: number | undefined;
  readonly "die-id"?: number | undefined;
  readonly "cluster-id"?: number | undefined;
  readonly "core-id"?: number | undefined;
  readonly "thread-id"?: number | undefined;
}

export interface CpuInfoFastS390x {
  readonly "cpu-state": CpuInfoFastS390xCpuState;
}

export interface QueryFdsetsReturnItemFdsItem {
  readonly fd: number;
  readonly opaque?: string | undefined;
}

export type MemdevPolicy =
  | "default"
  | "preferred"
  | "bind"
  | "interleave";

export type MigrationStatus =
  | "none"
  | "setup"
  | "cancelling"
  | "cancelled"
  | "active"
  | "postcopy-active"
  | "postcopy-paused"
  | "postcopy-recover"
  | "completed"
  | "failed"
  | "colo"
  | "pre-switchover"
  | "device"
  | "wait-unplug";

export interface MigrationInfoRam {
  readonly transferred: number;
  readonly remaining: number;
  readonly total: number;
  readonly duplicate: number;
  readonly skipped?: number | undefined;
  readonly normal: number;
  readonly "normal-bytes": number;
  readonly "dirty-pages-rate": number;
  readonly mbps: number;
  readonly "dirty-sync-count": number;
  readonly "postcopy-requests": number;
  readonly "page-size": number;
  readonly "multifd-bytes": number;
  readonly "pages-per-second": number;
  readonly "precopy-bytes": number;
  readonly "downtime-bytes": number;
  readonly "postcopy-bytes": number;
  readonly "dirty-sync-missed-zero-copy": number;
}

export interface MigrationInfoVfio {
  readonly transferred: number;
}

export interface MigrationInfoXbzrleCache {
  readonly "cache-size": number;
  readonly bytes: number;
  readonly pages: number;
  readonly "cache-miss": number;
  readonly "cache-miss-rate": number;
  readonly "encoding-rate": number;
  readonly overflow: number;
}

export interface MigrationInfoCompression {
  readonly pages: number;
  readonly busy: number;
  readonly "busy-rate": number;
  readonly "compressed-size": number;
  readonly "compression-rate": number;
}

export type MigrationInfoSocketAddressItem = (
  | ({ readonly type: "inet" } & MigrationInfoSocketAddressItemInet)
  | ({ readonly type: "unix" } & MigrationInfoSocketAddressItemUnix)
  | ({ readonly type: "vsock" } & MigrationInfoSocketAddressItemVsock)
  | ({ readonly type: "fd" } & MigrationInfoSocketAddressItemFd)
);

export type MigrationCapability =
  | "xbzrle"
  | "rdma-pin-all"
  | "auto-converge"
  | "zero-blocks"
  | "compress"
  | "events"
  | "postcopy-ram"
  | "x-colo"
  | "release-ram"
  | "block"
  | "return-path"
  | "pause-before-switchover"
  | "multifd"
  | "dirty-bitmaps"
  | "postcopy-blocktime"
  | "late-block-activate"
  | "x-ignore-shared"
  | "validate-uuid"
  | "background-snapshot"
  | "zero-copy-send"
  | "postcopy-preempt";

export interface PciDeviceInfo {
  readonly bus: number;
  readonly slot: number;
  readonly function: number;
  readonly class_info: PciDeviceInfoClassInfo;
  readonly id: PciDeviceInfoId;
  readonly irq?: number | undefined;
  readonly irq_pin: number;
  readonly qdev_id: string;
  readonly pci_bridge?: PciDeviceInfoPciBridge | undefined;
  readonly regions: readonly PciDeviceInfoRegionsItem[];
}

export interface SchemaInfoBuiltin {
  readonly "json-type": SchemaInfoBuiltinJsonType;
}

export interface SchemaInfoEnum {
  readonly members: readonly SchemaInfoEnumMembersItem[];
  /** @deprecated by QEMU */
  readonly values: readonly string[];
}

export interface SchemaInfoArray {
  readonly "element-type": string;
}

export interface SchemaInfoObject {
  readonly members: readonly SchemaInfoObjectMembersItem[];
  readonly tag?: string | undefined;
  readonly variants?: readonly SchemaInfoObjectVariantsItem[] | undefined;
}

export interface SchemaInfoAlternate {
  readonly members: readonly SchemaInfoAlternateMembersItem[];
}

export interface SchemaInfoCommand {
  readonly "arg-type": string;
  readonly "ret-type": string;
  readonly "allow-oob"?: boolean | undefined;
}

export interface SchemaInfoEvent {
  readonly "arg-type": string;
}

export type RunState =
  | "debug"
  | "inmigrate"
  | "internal-error"
  | "io-error"
  | "paused"
  | "postmigrate"
  | "prelaunch"
  | "finish-migrate"
  | "restore-vm"
  | "running"
  | "save-vm"
  | "shutdown"
  | "suspended"
  | "watchdog"
  | "guest-panicked"
  | "colo";

export type QueryTargetReturnArch =
  | "aarch64"
  | "alpha"
  | "arm"
  | "avr"
  | "cris"
  | "hppa"
  | "i386"
  | "loongarch64"
  | "m68k"
  | "microblaze"
  | "microblazeel"
  | "mips"
  | "mips64"
  | "mips64el"
  | "mipsel"
  | "nios2"
  | "or1k"
  | "ppc"
  | "ppc64"
  | "riscv32"
  | "riscv64"
  | "rx"
  | "s390x"
  | "sh4"
  | "sh4eb"
  | "sparc"
  | "sparc64"
  | "tricore"
  | "x86_64"
  | "xtensa"
  | "xtensaeb";

export interface VersionInfoQemu {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

export type ImageFormat =
  | "ppm"
  | "png";

export type KeyValue = (
  | ({ readonly type: "number" } & KeyValueNumber)
  | ({ readonly type: "qcode" } & KeyValueQcode)
);

export type SetActionArgumentsReboot =
  | "reset"
  | "shutdown";

export type SetActionArgumentsShutdown =
  | "poweroff"
  | "pause";

export type SetActionArgumentsPanic =
  | "pause"
  | "shutdown"
  | "exit-failure"
  | "none";

export type SetActionArgumentsWatchdog =
  | "reset"
  | "shutdown"
  | "poweroff"
  | "pause"
  | "debug"
  | "none"
  | "inject-nmi";

export interface AcpiDeviceOstDataInfo {
  readonly device?: string | undefined;
  readonly slot: string;
  readonly "slot-type": AcpiDeviceOstDataInfoSlotType;
  readonly source: number;
  readonly status: number;
}

export type BlockIoErrorDataOperation =
  | "read"
  | "write";

export type BlockErrorAction =
  | "ignore"
  | "report"
  | "stop";

export type BlockJobCancelledDataType =
  | "commit"
  | "stream"
  | "mirror"
  | "backup"
  | "create"
  | "amend"
  | "snapshot-load"
  | "snapshot-save"
  | "snapshot-delete";

export type ColoExitDataMode =
  | "none"
  | "primary"
  | "secondary";

export type ColoExitDataReason =
  | "none"
  | "request"
  | "error"
  | "processing";

export interface DumpCompletedDataResult {
  readonly status: DumpCompletedDataResultStatus;
  readonly completed: number;
  readonly total: number;
}

export type GuestPanicAction =
  | "pause"
  | "poweroff"
  | "run";

export type GuestPanicInformation = (
  | ({ readonly type: "hyper-v" } & GuestPanicInformationHyperV)
  | ({ readonly type: "s390" } & GuestPanicInformationS390)
);

export type JobStatus =
  | "undefined"
  | "created"
  | "running"
  | "paused"
  | "ready"
  | "standby"
  | "waiting"
  | "pending"
  | "aborting"
  | "concluded"
  | "null";

export type MemoryFailureDataRecipient =
  | "hypervisor"
  | "guest";

export type MemoryFailureDataAction =
  | "ignore"
  | "inject"
  | "fatal"
  | "reset";

export interface MemoryFailureDataFlags {
  readonly "action-required": boolean;
  readonly recursive: boolean;
}

export type QuorumReportBadDataType =
  | "read"
  | "write"
  | "flush";

export type ShutdownCause =
  | "none"
  | "host-error"
  | "host-qmp-quit"
  | "host-qmp-system-reset"
  | "host-signal"
  | "host-ui"
  | "guest-shutdown"
  | "guest-reset"
  | "guest-panic"
  | "subsystem-reset"
  | "snapshot-load";

export interface SpiceConnectedDataServer {
  readonly host: string;
  readonly port: string;
  readonly family: SpiceConnectedDataServerFamily;
}

export interface SpiceInitializedDataServer {
  readonly host: string;
  readonly port: string;
  readonly family: SpiceConnectedDataServerFamily;
  readonly auth?: string | undefined;
}

export interface SpiceInitializedDataClient {
  readonly host: string;
  readonly port: string;
  readonly family: SpiceConnectedDataServerFamily;
  readonly "connection-id": number;
  readonly "channel-type": number;
  readonly "channel-id": number;
  readonly tls: boolean;
}

export interface VncConnectedDataServer {
  readonly host: string;
  readonly service: string;
  readonly family: SpiceConnectedDataServerFamily;
  readonly websocket: boolean;
  readonly auth?: string | undefined;
}

export interface VncConnectedDataClient {
  readonly host: string;
  readonly service: string;
  readonly family: SpiceConnectedDataServerFamily;
  readonly websocket: boolean;
}

export interface VncDisconnectedDataClient {
  readonly host: string;
  readonly service: string;
  readonly family: SpiceConnectedDataServerFamily;
  readonly websocket: boolean;
  readonly x509_dname?: string | undefined;
  readonly sasl_username?: string | undefined;
}

export interface InputEventKey {
  readonly data: InputEventKeyData;
}

export interface InputEventBtn {
  readonly data: InputEventBtnData;
}

export interface InputEventRel {
  readonly data: InputEventRelData;
}

export interface MigrateSetParametersArgumentsBlockBitmapMappingItemBitmapsItem {
  readonly name: string;
  readonly alias: string;
  readonly transform?: MigrateSetParametersArgumentsBlockBitmapMappingItemBitmapsItemTransform | undefined;
}

export type BlockDeviceInfoDetectZeroes =
  | "off"
  | "on"
  | "unmap";

export interface ImageInfo {
  readonly filename: string;
  readonly format: string;
  readonly "dirty-flag"?: boolean | undefined;
  readonly "actual-size"?: number | undefined;
  readonly "virtual-size": number;
  readonly "cluster-size"?: number | undefined;
  readonly encrypted?: boolean | undefined;
  readonly compressed?: boolean | undefined;
  readonly "backing-filename"?: string | undefined;
  readonly "full-backing-filename"?: string | undefined;
  readonly "backing-filename-format"?: string | undefined;
  readonly snapshots?: readonly ImageInfoSnapshotsItem[] | undefined;
  readonly "backing-image"?: ImageInfo | undefined;
  readonly "format-specific"?: ImageInfoSpecific | undefined;
}

export interface BlockDeviceInfoCache {
  readonly writeback: boolean;
  readonly direct: boolean;
  readonly "no-flush": boolean;
}

export interface BlockDeviceInfoDirtyBitmapsItem {
  readonly name?: string | undefined;
  readonly count: number;
  readonly granularity: number;
  readonly recording: boolean;
  readonly busy: boolean;
  readonly persistent: boolean;
  readonly inconsistent?: boolean | undefined;
}

export type CommandLineOptionInfoParametersItemType =
  | "string"
  | "boolean"
  | "number"
  | "size";

export type CpuInfoFastS390xCpuState =
  | "uninitialized"
  | "stopped"
  | "check-stop"
  | "operating"
  | "load";

export interface MigrationInfoSocketAddressItemInet {
  readonly host: string;
  readonly port: string;
  readonly numeric?: boolean | undefined;
  readonly to?: number | undefined;
  readonly ipv4?: boolean | undefined;
  readonly ipv6?: boolean | undefined;
  readonly "keep-alive"?: boolean | undefined;
  readonly mptcp?: boolean | undefined;
}

export interface MigrationInfoSocketAddressItemUnix {
  readonly path: string;
  readonly abstract?: boolean | undefined;
  readonly tight?: boolean | undefined;
}

export interface MigrationInfoSocketAddressItemVsock {
  readonly cid: string;
  readonly port: string;
}

export interface MigrationInfoSocketAddressItemFd {
  readonly str: string;
}

export interface PciDeviceInfoClassInfo {
  readonly desc?: string | undefined;
  readonly class: number;
}

export interface PciDeviceInfoId {
  readonly device: number;
  readonly vendor: number;
  readonly subsystem?: number | undefined;
  readonly "subsystem-vendor"?: number | undefined;
}

export interface PciDeviceInfoPciBridge {
  readonly bus: PciDeviceInfoPciBridgeBus;
  readonly devices?: readonly PciDeviceInfo[] | undefined;
}

export interface PciDeviceInfoRegionsItem {
  readonly bar: number;
  readonly type: string;
  readonly address: number;
  readonly size: number;
  readonly prefetch?: boolean | undefined;
  readonly mem_type_64?: boolean | undefined;
}

export type SchemaInfoBuiltinJsonType =
  | "string"
  | "number"
  | "int"
  | "boolean"
  | "null"
  | "object"
  | "array"
  | "value";

export interface SchemaInfoEnumMembersItem {
  readonly name: string;
  readonly features?: readonly string[] | undefined;
}

export interface SchemaInfoObjectMembersItem {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
  readonly features?: readonly string[] | undefined;
}

export interface SchemaInfoObjectVariantsItem {
  readonly case: string;
  readonly type: string;
}

export interface SchemaInfoAlternateMembersItem {
  readonly type: string;
}

export interface KeyValueNumber {
  readonly data: number;
}

export interface KeyValueQcode {
  readonly data: QKeyCode;
}

export type AcpiDeviceOstDataInfoSlotType =
  | "DIMM"
  | "CPU";

export type DumpCompletedDataResultStatus =
  | "none"
  | "active"
  | "completed"
  | "failed";

export interface GuestPanicInformationHyperV {
  readonly arg1: number;
  readonly arg2: number;
  readonly arg3: number;
  readonly arg4: number;
  readonly arg5: number;
}

export interface GuestPanicInformationS390 {
  readonly core: number;
  readonly "psw-mask": number;
  readonly "psw-addr": number;
  readonly reason: GuestPanicInformationS390Reason;
}

export type SpiceConnectedDataServerFamily =
  | "ipv4"
  | "ipv6"
  | "unix"
  | "vsock"
  | "unknown";

export interface InputEventKeyData {
  readonly key: KeyValue;
  readonly down: boolean;
}

export interface InputEventBtnData {
  readonly button: InputEventBtnDataButton;
  readonly down: boolean;
}

export interface InputEventRelData {
  readonly axis: InputEventRelDataAxis;
  readonly value: number;
}

export interface MigrateSetParametersArgumentsBlockBitmapMappingItemBitmapsItemTransform {
  readonly persistent?: boolean | undefined;
}

export interface ImageInfoSnapshotsItem {
  readonly id: string;
  readonly name: string;
  readonly "vm-state-size": number;
  readonly "date-sec": number;
  readonly "date-nsec": number;
  readonly "vm-clock-sec": number;
  readonly "vm-clock-nsec": number;
  readonly icount?: number | undefined;
}

export type ImageInfoSpecific = (
  | ({ readonly type: "qcow2" } & ImageInfoSpecificQcow2)
  | ({ readonly type: "vmdk" } & ImageInfoSpecificVmdk)
  | ({ readonly type: "luks" } & ImageInfoSpecificLuks)
  | ({ readonly type: "rbd" } & ImageInfoSpecificRbd)
);

export interface PciDeviceInfoPciBridgeBus {
  readonly number: number;
  readonly secondary: number;
  readonly subordinate: number;
  readonly io_range: PciDeviceInfoPciBridgeBusIoRange;
  readonly memory_range: PciDeviceInfoPciBridgeBusIoRange;
  readonly prefetchable_range: PciDeviceInfoPciBridgeBusIoRange;
}

export type QKeyCode =
  | "unmapped"
  | "shift"
  | "shift_r"
  | "alt"
  | "alt_r"
  | "ctrl"
  | "ctrl_r"
  | "menu"
  | "esc"
  | "1"
  | "2"
  | "3"
  | "4"
  | "5"
  | "6"
  | "7"
  | "8"
  | "9"
  | "0"
  | "minus"
  | "equal"
  | "backspace"
  | "tab"
  | "q"
  | "w"
  | "e"
  | "r"
  | "t"
  | "y"
  | "u"
  | "i"
  | "o"
  | "p"
  | "bracket_left"
  | "bracket_right"
  | "ret"
  | "a"
  | "s"
  | "d"
  | "f"
  | "g"
  | "h"
  | "j"
  | "k"
  | "l"
  | "semicolon"
  | "apostrophe"
  | "grave_accent"
  | "backslash"
  | "z"
  | "x"
  | "c"
  | "v"
  | "b"
  | "n"
  | "m"
  | "comma"
  | "dot"
  | "slash"
  | "asterisk"
  | "spc"
  | "caps_lock"
  | "f1"
  | "f2"
  | "f3"
  | "f4"
  | "f5"
  | "f6"
  | "f7"
  | "f8"
  | "f9"
  | "f10"
  | "num_lock"
  | "scroll_lock"
  | "kp_divide"
  | "kp_multiply"
  | "kp_subtract"
  | "kp_add"
  | "kp_enter"
  | "kp_decimal"
  | "sysrq"
  | "kp_0"
  | "kp_1"
  | "kp_2"
  | "kp_3"
  | "kp_4"
  | "kp_5"
  | "kp_6"
  | "kp_7"
  | "kp_8"
  | "kp_9"
  | "less"
  | "f11"
  | "f12"
  | "print"
  | "home"
  | "pgup"
  | "pgdn"
  | "end"
  | "left"
  | "up"
  | "down"
  | "right"
  | "insert"
  | "delete"
  | "stop"
  | "again"
  | "props"
  | "undo"
  | "front"
  | "copy"
  | "open"
  | "paste"
  | "find"
  | "cut"
  | "lf"
  | "help"
  | "meta_l"
  | "meta_r"
  | "compose"
  | "pause"
  | "ro"
  | "hiragana"
  | "henkan"
  | "yen"
  | "muhenkan"
  | "katakanahiragana"
  | "kp_comma"
  | "kp_equals"
  | "power"
  | "sleep"
  | "wake"
  | "audionext"
  | "audioprev"
  | "audiostop"
  | "audioplay"
  | "audiomute"
  | "volumeup"
  | "volumedown"
  | "mediaselect"
  | "mail"
  | "calculator"
  | "computer"
  | "ac_home"
  | "ac_back"
  | "ac_forward"
  | "ac_refresh"
  | "ac_bookmarks"
  | "lang1"
  | "lang2";

export type GuestPanicInformationS390Reason =
  | "unknown"
  | "disabled-wait"
  | "extint-loop"
  | "pgmint-loop"
  | "opint-loop";

export type InputEventBtnDataButton =
  | "left"
  | "middle"
  | "right"
  | "wheel-up"
  | "wheel-down"
  | "side"
  | "extra"
  | "wheel-left"
  | "wheel-right";

export type InputEventRelDataAxis =
  | "x"
  | "y";

export interface ImageInfoSpecificQcow2 {
  readonly data: ImageInfoSpecificQcow2Data;
}

export interface ImageInfoSpecificVmdk {
  readonly data: ImageInfoSpecificVmdkData;
}

export interface ImageInfoSpecificLuks {
  readonly data: ImageInfoSpecificLuksData;
}

export interface ImageInfoSpecificRbd {
  readonly data: ImageInfoSpecificRbdData;
}

export interface PciDeviceInfoPciBridgeBusIoRange {
  readonly base: number;
  readonly limit: number;
}

export interface ImageInfoSpecificQcow2Data {
  readonly compat: string;
  readonly "data-file"?: string | undefined;
  readonly "data-file-raw"?: boolean | undefined;
  readonly "extended-l2"?: boolean | undefined;
  readonly "lazy-refcounts"?: boolean | undefined;
  readonly corrupt?: boolean | undefined;
  readonly "refcount-bits": number;
  readonly encrypt?: ImageInfoSpecificQcow2DataEncrypt | undefined;
  readonly bitmaps?: readonly ImageInfoSpecificQcow2DataBitmapsItem[] | undefined;
  readonly "compression-type": ImageInfoSpecificQcow2DataCompressionType;
}

export interface ImageInfoSpecificVmdkData {
  readonly "create-type": string;
  readonly cid: number;
  readonly "parent-cid": number;
  readonly extents: readonly ImageInfo[];
}

export interface ImageInfoSpecificLuksData {
  readonly "cipher-alg": ImageInfoSpecificLuksDataCipherAlg;
  readonly "cipher-mode": ImageInfoSpecificLuksDataCipherMode;
  readonly "ivgen-alg": ImageInfoSpecificLuksDataIvgenAlg;
  readonly "ivgen-hash-alg"?: ImageInfoSpecificLuksDataIvgenHashAlg | undefined;
  readonly "hash-alg": ImageInfoSpecificLuksDataIvgenHashAlg;
  readonly "payload-offset": number;
  readonly "master-key-iters": number;
  readonly uuid: string;
  readonly slots: readonly ImageInfoSpecificLuksDataSlotsItem[];
}

export interface ImageInfoSpecificRbdData {
  readonly "encryption-format"?: ImageInfoSpecificRbdDataEncryptionFormat | undefined;
}

export type ImageInfoSpecificQcow2DataEncrypt = (
  | ({ readonly format: "aes" })
  | ({ readonly format: "luks" } & ImageInfoSpecificLuksData)
);

export interface ImageInfoSpecificQcow2DataBitmapsItem {
  readonly name: string;
  readonly granularity: number;
  readonly flags: readonly ImageInfoSpecificQcow2DataBitmapsItemFlagsItem[];
}

export type ImageInfoSpecificQcow2DataCompressionType =
  | "zlib"
  | "zstd";

export type ImageInfoSpecificLuksDataCipherAlg =
  | "aes-128"
  | "aes-192"
  | "aes-256"
  | "des"
  | "3des"
  | "cast5-128"
  | "serpent-128"
  | "serpent-192"
  | "serpent-256"
  | "twofish-128"
  | "twofish-192"
  | "twofish-256";

export type ImageInfoSpecificLuksDataCipherMode =
  | "ecb"
  | "cbc"
  | "xts"
  | "ctr";

export type ImageInfoSpecificLuksDataIvgenAlg =
  | "plain"
  | "plain64"
  | "essiv";

export type ImageInfoSpecificLuksDataIvgenHashAlg =
  | "md5"
  | "sha1"
  | "sha224"
  | "sha256"
  | "sha384"
  | "sha512"
  | "ripemd160";

export interface ImageInfoSpecificLuksDataSlotsItem {
  readonly active: boolean;
  readonly iters?: number | undefined;
  readonly stripes?: number | undefined;
  readonly "key-offset": number;
}

export type ImageInfoSpecificRbdDataEncryptionFormat =
  | "luks"
  | "luks2";

export type ImageInfoSpecificQcow2DataBitmapsItemFlagsItem =
  | "in-use"
  | "auto";
