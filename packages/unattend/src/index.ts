export { answerFile } from "./answer/answer-file.ts";
export { defaultNetwork } from "./answer/defaults.ts";
export { answerMedium, cygwinFor, findGuest, guestFor, listGuests } from "./catalogue/catalogue.ts";
export { fetchCygwin } from "./cygwin/repository/fetch.ts";
export { formatLock } from "./cygwin/repository/lock.ts";
export { writeCygwinIso } from "./cygwin/repository/medium.ts";
export { readLockFile } from "./cygwin/repository/read-lock.ts";
export { readSignedSetupIniFile } from "./cygwin/repository/signed-file.ts";
export { resolveCygwin } from "./cygwin/resolve/resolve.ts";
export { readSetupIni, readSetupIniFile } from "./cygwin/setup-ini/read.ts";
export { readDrivers } from "./drivers/folder.ts";
export { placeDrivers } from "./drivers/medium.ts";
export { UnattendError } from "./errors.ts";
export { writeFloppy } from "./media/fat12/floppy.ts";
export { writeIso, writeIsoFile } from "./media/iso/write-iso.ts";
export { chooseEdition, guestOfMedia } from "./recognise/choose-edition.ts";
export { describeMedia } from "./recognise/media.ts";
export { recogniseMedia } from "./recognise/recognise-media.ts";
export { createSmbPassword } from "./secrets/smb-password.ts";
export { createSshKeyPair } from "./secrets/ssh-key.ts";
export { floppyFiles, setupFiles, setupLabel } from "./setup/setup-files.ts";

export type { AnswerFile } from "./answer/answer-file.ts";
export type { AnswerOptions, GuestNetwork, GuestUser, ImageChoice } from "./answer/options.ts";
export type {
  AnswerDialect,
  AnswerMedium,
  Architecture,
  CygwinRelease,
  FactSource,
  Firmware,
  GuestBuild,
  GuestEdition,
  GuestHardware,
  GuestKind,
  GuestMedia,
  GuestName,
  GuestProfile,
  GuestVariant,
  MediaKind,
  SetupBehaviour,
  SetupPhase,
  ShellProvider,
  SmbDialect,
  TpmChoice,
} from "./catalogue/profile.ts";
export type { MirrorPatience } from "./cygwin/repository/attempts.ts";
export type {
  FetchedFiles,
  FetchFilesOptions,
  FetchProgress,
} from "./cygwin/repository/fetch-files.ts";
export type { FetchCygwinOptions, FetchedCygwin } from "./cygwin/repository/fetch.ts";
export type { CygwinLock, LockedPackage } from "./cygwin/repository/lock.ts";
export type { CygwinIsoOptions, CygwinIsoProgress } from "./cygwin/repository/medium.ts";
export type { IndexSignature } from "./cygwin/repository/signature.ts";
export type { ReadSignedIndexOptions } from "./cygwin/repository/signed-file.ts";
export type { CygwinPlan, PlannedPackage } from "./cygwin/resolve/plan.ts";
export type { CygwinRequest } from "./cygwin/resolve/resolve.ts";
export type {
  CygwinFile,
  CygwinHash,
  CygwinOperator,
  CygwinPackage,
  CygwinRelation,
  CygwinVersion,
  SetupIni,
} from "./cygwin/setup-ini/model.ts";
export type { ReadSetupIniOptions } from "./cygwin/setup-ini/read.ts";
export type { DriverFolder, DriverPlace } from "./drivers/folder.ts";
export type { PlacedDrivers } from "./drivers/medium.ts";
export type { UnattendErrorCode } from "./errors.ts";
export type { FileMap } from "./media/file-map.ts";
export type { IsoContent, IsoFileOptions, IsoOptions } from "./media/iso/write-iso.ts";
export type { MediaChoice, WantedMedia } from "./recognise/choose-edition.ts";
export type { MediaEdition, RecognisedMedia } from "./recognise/media.ts";
export type { MediaArchitecture } from "./recognise/wim/images.ts";
export type { MediaChannel } from "./recognise/windows/volume-label.ts";
export type { SshKeyPair } from "./secrets/ssh-key.ts";
export type { SetupOptions, SetupShare } from "./setup/options.ts";
export type { OpenSshForm, WindowsShell } from "./setup/steps/openssh.ts";
