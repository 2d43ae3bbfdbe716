import type { GuestRequest, SetupRequest } from "@winvm/pipeline";
import type { Fault } from "@winvm/runtime";
import { resolve } from "node:path";

/**
 * How Windows is to be set up, as typed. Words out of a few (`--tpm`) are not looked at here: all that is wrong is told
 * at once, where the rest is known.
 */
export interface TypedSetupOptions extends Omit<
  SetupRequest,
  "architecture" | "commands" | "drivers" | "openSsh"
> {
  readonly openssh?: string;
  readonly arch?: SetupRequest["architecture"];
  readonly command?: readonly string[];
  readonly driver?: readonly string[];
}

/** What a guest is installed from and how, as typed. */
export interface TypedMediaOptions extends TypedSetupOptions {
  readonly iso?: string;
  readonly cygwin?: string;
}

/** The part of a request that says how Windows is set up; nothing that was not typed is in it. Paths from `workingDirectory`. */
export function setupRequest(typed: TypedSetupOptions, workingDirectory: string): SetupRequest {
  const { arch: architecture, command: commands, driver: drivers } = typed;
  const { edition, productKey, firmware, language, keyboard, timeZone } = typed;
  const { computerName, user, password, tpm, shellProvider } = typed;
  return definedOnly({
    architecture,
    firmware,
    edition,
    productKey,
    language,
    keyboard,
    timeZone,
    computerName,
    user,
    password,
    commands,
    tpm,
    drivers,
    shellProvider,
    openSsh: pathFrom(workingDirectory, typed.openssh),
  });
}

/** The part of a request that says what a guest is installed from, and how; paths from `workingDirectory`. */
export function mediaRequest(
  typed: TypedMediaOptions,
  workingDirectory: string,
): Pick<GuestRequest, "iso" | "cygwin" | keyof SetupRequest> {
  const files = definedOnly({
    iso: pathFrom(workingDirectory, typed.iso),
    cygwin: pathFrom(workingDirectory, typed.cygwin),
  });
  return { ...files, ...setupRequest(typed, workingDirectory) };
}

function pathFrom(directory: string, file: string | undefined): string | undefined {
  return file === undefined ? undefined : resolve(directory, file);
}

function definedOnly<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

/** What is wrong where a command is given neither a guest nor an ISO. */
export function missingGuest(command: string): Fault {
  return {
    path: "GUEST",
    expected: "the name of a guest, or --iso FILE",
    value: undefined,
    hint: `winvm ${command} reference`,
  };
}
