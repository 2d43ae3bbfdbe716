import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../../catalogue/profile.ts";
import type { CompleteAnswerOptions } from "../options.ts";
import { accountRules } from "./accounts.ts";
import { machineRules } from "./machine.ts";
import { mediaRules } from "./media.ts";
import { regionRules } from "./region.ts";
import type { Rule } from "./rule.ts";

const rules: readonly Rule[] = [...mediaRules, ...machineRules, ...regionRules, ...accountRules];

/** All that is wrong with the options, by the rules of Microsoft's answer-file references unless said otherwise. */
export function checkOptions(options: CompleteAnswerOptions, profile: GuestProfile): Fault[] {
  return [
    ...architectureRule(options, profile),
    ...rules.flatMap((rule) => rule(options, profile)),
  ];
}

function architectureRule(
  { architecture }: CompleteAnswerOptions,
  { architectures }: GuestProfile,
): Fault[] {
  if (architectures.includes(architecture)) return [];
  return [{ path: "architecture", expected: architectures.join(" or "), value: architecture }];
}
