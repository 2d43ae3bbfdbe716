import { randomBytes, randomUUID } from "node:crypto";
import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "@winvm/unattend";
import { PipelineError } from "../errors.ts";
import { knowsGenerations } from "../machines/generation.ts";

/**
 * `same`: every clone is what the state was, down to the state of its random numbers. `fresh`: the kernel has taken new ones
 * before the command starts, and host name and `/etc/machine-id` are the clone's own where they can be changed without a
 * restart (not on Windows).
 */
export type IdentityChoice = (typeof identityChoices)[number];

const identityChoices = ["same", "fresh"] as const;

/** What a clone has that no other has. */
export interface CloneIdentity {
  /** For the machine: tells the guest to take new random numbers. */
  readonly generationId: string;
  readonly hostName: string;
  readonly machineId: string;
}

/** All that is wrong with a choice, whoever made it. Pure. */
export function identityFaults(identity: unknown): Fault[] {
  if (identity === undefined || identityChoices.some((known) => known === identity)) return [];
  return [{ path: "identity", expected: identityChoices.join(" or "), value: identity }];
}

/** A new identity where one is asked for. */
export function newIdentity(choice: IdentityChoice | undefined): CloneIdentity | undefined {
  if (choice !== "fresh") return undefined;
  return {
    generationId: randomUUID(),
    hostName: `WINVM-${randomBytes(4).toString("hex").toUpperCase()}`,
    machineId: randomBytes(16).toString("hex"),
  };
}

/**
 * Refuses what can't be kept: a guest that is not told of its revival goes on with the random numbers of its state.
 *
 * @throws PipelineError `PIPELINE_INVALID_REQUEST`.
 */
export function requireIdentity(
  profile: Pick<GuestProfile, "version" | "title">,
  identity: IdentityChoice | undefined,
): void {
  if (identity !== "fresh" || knowsGenerations(profile)) return;
  throw new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: "give the clone an identity of its own",
    happened: `${profile.title} has no driver for generations of a machine, and would go on with the random numbers of its state`,
    hint: "leave --identity out, or take Windows 8.1, Server 2012 R2 or a newer one",
    data: { faults: [{ path: "identity", expected: "same", value: identity }] },
  });
}
