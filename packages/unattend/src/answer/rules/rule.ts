import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../../catalogue/profile.ts";
import type { CompleteAnswerOptions } from "../options.ts";

/** Looks at one thing in the options; the profile is that of the architecture asked for. */
export type Rule = (options: CompleteAnswerOptions, profile: GuestProfile) => Fault[];
