import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { findProgram } from "./find-program.ts";

/** What this host has to end children with their owner. */
export interface DeathSignal {
  /** The `setpriv` that was found. */
  readonly setpriv: string | undefined;
  /** Whether it can set the signal: util-linux' can since 2.33, BusyBox' can't. */
  readonly works: boolean;
}

let found: Promise<DeathSignal> | undefined;

/** Whether children can be given the kernel's parent-death signal; found out once in a process' life. */
export function findDeathSignal(): Promise<DeathSignal> {
  found ??= (async () => {
    const setpriv = await findProgram("setpriv");
    const works = setpriv !== undefined && (await knowsSignal(setpriv));
    // A failure may have been the host's at that moment.
    if (works === undefined) found = undefined;
    return { setpriv, works: works ?? false };
  })();
  return found;
}

/**
 * What is put in front of a command line so that the kernel kills the program with its owner: setpriv sets the signal and
 * becomes the program. Nothing where that can't be had; the program has to start all the same.
 */
export async function deathSignalPrefix(): Promise<readonly string[]> {
  const { setpriv, works } = await findDeathSignal();
  return setpriv === undefined || !works ? [] : [setpriv, ...setSignal];
}

/** To start a program takes some ten times as long as to read this one. */
async function knowsSignal(setpriv: string): Promise<boolean | undefined> {
  const program = await readFile(setpriv).catch(() => undefined);
  const isElf = program?.subarray(0, 4).toString("latin1") === "\u007FELF";
  // What stands in for it, as a script, may know what it does not name.
  return isElf ? program?.includes("pdeathsig") : tryOut(setpriv);
}

const setSignal = ["--pdeathsig", "KILL", "--"];

/** @returns `undefined` where it could not be started. */
function tryOut(setpriv: string): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const child = spawn(setpriv, [...setSignal, setpriv, "--version"], {
      stdio: "ignore",
      timeout: 5000,
      killSignal: "SIGKILL",
    });
    child.once("error", () => resolve(undefined));
    // Without a code it was too slow, which tells nothing.
    child.once("exit", (code) => resolve(code === null ? undefined : code === 0));
  });
}
