import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../../catalogue/profile.ts";
import { driversRule } from "../../drivers/rule.ts";
import { limits } from "../limits.ts";
import type { CompleteAnswerOptions } from "../options.ts";
import type { Rule } from "./rule.ts";
import { lineOfText, matches } from "./texts.ts";

/** The machine, its network, and what runs on it. */
export const machineRules: readonly Rule[] = [
  firmwareRule,
  tpmRule,
  driversRule,
  shellProviderRule,
  networkRule,
  commandsRule,
];

const macAddress = /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}$/;

function firmwareRule({ firmware }: CompleteAnswerOptions, { firmwares }: GuestProfile): Fault[] {
  if (firmwares.includes(firmware)) return [];
  return [{ path: "firmware", expected: firmwares.join(" or "), value: firmware }];
}

function tpmRule({ tpm }: CompleteAnswerOptions, profile: GuestProfile): Fault[] {
  if (profile.tpm.includes(tpm)) return [];
  return [{ path: "tpm", expected: profile.tpm.join(" or "), value: tpm }];
}

function shellProviderRule(
  { shellProvider }: CompleteAnswerOptions,
  { shellProviders }: GuestProfile,
): Fault[] {
  if (shellProvider === undefined || shellProviders.includes(shellProvider)) return [];
  const expected =
    shellProviders.length === 0 ? "none: it is built in" : shellProviders.join(" or ");
  return [{ path: "shellProvider", expected, value: shellProvider }];
}

function networkRule({ network }: CompleteAnswerOptions): Fault[] {
  const faults = matches("network.mac", network.mac, macAddress, "a form like 52:54:00:12:01:01");
  const [, host, prefix] = /^([\d.]+)\/(\d{1,2})$/.exec(network.address) ?? [];
  const octets = host?.split(".").map(Number) ?? [];
  const sound = octets.length === 4 && octets.every((octet) => octet < 256) && Number(prefix) <= 32;
  if (!sound || host?.split(".").some((octet) => !/^\d{1,3}$/.test(octet))) {
    const expected = "an IPv4 address with prefix length, such as 192.168.0.1/24";
    faults.push({ path: "network.address", expected, value: network.address });
  }
  return faults;
}

function commandsRule(options: CompleteAnswerOptions, { dialect }: GuestProfile): Fault[] {
  const maxLength = dialect === "sif" ? limits.runOnce : limits.firstLogonCommand;
  return options.firstLogonCommands.flatMap((command, at) =>
    lineOfText(`firstLogonCommands[${at}]`, command, { maxLength, dialect }),
  );
}
