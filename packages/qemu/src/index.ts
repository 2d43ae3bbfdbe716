export { bootFirmware } from "./accelerator/boot-firmware.ts";
export { chooseAccelerator } from "./accelerator/choose.ts";
export { hardwareOf } from "./argv/hardware.ts";
export { HARDWARE_RECIPE } from "./argv/hardware-recipe.ts";
export { machineArgv } from "./argv/machine-argv.ts";
export { compactDisk } from "./disk/compact.ts";
export { copyTemplate } from "./disk/copy-template.ts";
export { allocatedBytes, createDisk, createOverlay } from "./disk/create.ts";
export { dataExtents } from "./disk/extents.ts";
export { checkDisk, diskInfo } from "./disk/inspect.ts";
export { QemuError } from "./errors.ts";
export { detectFeatures } from "./features/detect.ts";
export { resolveMachineType } from "./features/machine-type.ts";
export { findFirmware } from "./firmware/find-firmware.ts";
export { machineFaults } from "./machine/validate.ts";
export { connectQmp } from "./qmp/connect.ts";
export { startMachine } from "./running/start.ts";
export { freezeTogether, pauseTogether, resumeTogether, saveTogether } from "./running/together.ts";

export type { FirmwareBoot } from "./accelerator/boot-firmware.ts";
export type {
  Accelerator,
  AcceleratorChoice,
  AcceleratorEvidence,
  ChooseAcceleratorOptions,
} from "./accelerator/choose.ts";
export type { Hardware } from "./argv/hardware.ts";
export type { ArgvLayout } from "./argv/machine-argv.ts";
export type { CompactOptions, CompactReport } from "./disk/compact.ts";
export type { TemplateCopy } from "./disk/copy-template.ts";
export type { NewDisk, NewOverlay } from "./disk/create.ts";
export type { Extent } from "./disk/extents.ts";
export type { DiskCheck, DiskInfo, DiskQuestion } from "./disk/inspect.ts";
export type { DiskOptions } from "./disk/qemu-img.ts";
export type { QemuErrorCode } from "./errors.ts";
export type { DetectOptions } from "./features/detect.ts";
export type { QemuFeatures } from "./features/features.ts";
export type { UefiFirmware } from "./firmware/descriptor.ts";
export type { FindFirmwareOptions } from "./firmware/find-firmware.ts";
export type {
  DiskBus,
  DiskFormat,
  Machine,
  MachineBacking,
  MachineCdrom,
  MachineDisk,
  MachineFirmware,
  MachineMemory,
  MachineNetwork,
  MachineShare,
  NetworkModel,
  TemplateMode,
} from "./machine/machine.ts";
export type { AnyQmpEvent } from "./qmp/events.ts";
export type { QmpGreeting, QmpTimestamp } from "./qmp/messages.ts";
export type { QmpSchema, SchemaSide } from "./qmp/schema.ts";
export type { ConnectQmpOptions } from "./qmp/connect.ts";
export type { NextEventOptions, QmpSession } from "./qmp/session.ts";
export type {
  QmpArguments,
  QmpCommandName,
  QmpEvent,
  QmpEventData,
  QmpEventName,
  QmpReturn,
} from "./qmp/types.ts";
export type {
  MachineExit,
  MachineIncident,
  RunningMachine,
  SaveReport,
  ShutdownEvidence,
  StartOptions,
  StartTimings,
  StopMachineOptions,
} from "./running/running-machine.ts";
export type { FreezeOptions, FreezeReport, PauseReport, StopMoment } from "./running/together.ts";
