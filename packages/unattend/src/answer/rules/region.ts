import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../../catalogue/profile.ts";
import type { CompleteAnswerOptions } from "../options.ts";
import { sifLocales } from "../sif/locales.ts";
import { sifTimeZone, sifTimeZones } from "../sif/time-zones.ts";
import { isTimeZone, timeZones } from "../time-zones.ts";
import { nearest } from "../../catalogue/nearest.ts";
import type { Rule } from "./rule.ts";
import { matches } from "./texts.ts";

/** Language, keyboard, clock. */
export const regionRules: readonly Rule[] = [languageRule, keyboardRule, timeZoneRule];

const languageTag = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/;
const inputLocale = /^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{8}$/;

function languageRule({ language }: CompleteAnswerOptions, { dialect }: GuestProfile): Fault[] {
  if (dialect === "sif") return sifLocale("language", language, "");
  return matches("language", language, languageTag, "a language tag such as en-US");
}

function keyboardRule(options: CompleteAnswerOptions, { dialect }: GuestProfile): Fault[] {
  const { keyboard, language } = options;
  if (inputLocale.test(keyboard)) return [];
  // Said once.
  if (keyboard === language) return [];
  if (dialect === "sif") return sifLocale("keyboard", keyboard, " or a form like 0409:00000409");
  return matches("keyboard", keyboard, languageTag, "a language tag or a form like 0409:00000409");
}

function sifLocale(path: string, value: string, more: string): Fault[] {
  if (sifLocales.has(value)) return [];
  return [{ path, expected: `one of ${[...sifLocales.keys()].join(", ")}${more}`, value }];
}

function timeZoneRule({ timeZone }: CompleteAnswerOptions, { dialect }: GuestProfile): Fault[] {
  const path = "timeZone";
  const known = dialect === "xml" ? timeZones : [...sifTimeZones.keys()];
  const close = nearest(timeZone.slice(0, 64), known);
  const hint = close === undefined ? undefined : `the nearest is ${close}`;
  if (dialect === "xml") {
    if (isTimeZone(timeZone)) return [];
    return [{ path, expected: "a Windows name such as UTC", value: timeZone, hint }];
  }
  if (sifTimeZone(timeZone) !== undefined) return [];
  const expected = "a number of XP's list such as 90, or the Windows name of one";
  return [{ path, expected, value: timeZone, hint }];
}
