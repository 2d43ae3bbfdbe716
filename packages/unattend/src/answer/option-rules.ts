import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../catalogue/profile.ts";
import { administrator } from "./defaults.ts";
import { limits } from "./limits.ts";
import type { CompleteAnswerOptions } from "./options.ts";
import { isXmlCharacter } from "./xml.ts";

type Rule = (options: CompleteAnswerOptions, profile: GuestProfile) => Fault[];

/** All that is wrong with the options, by the rules of Microsoft's answer-file reference unless said otherwise. */
export function checkOptions(options: CompleteAnswerOptions, profile: GuestProfile): Fault[] {
  return rules.flatMap((rule) => rule(options, profile));
}

const rules: readonly Rule[] = [
  computerNameRule,
  passwordRule,
  ({ fullName }) => text("fullName", fullName, limits.fullName),
  ({ organization }) => text("organization", organization, limits.fullName),
  ({ timeZone }) => text("timeZone", timeZone, limits.timeZone),
  firmwareRule,
  editionRule,
  keyAndImageRule,
  ({ language }) => matches("language", language, languageTag, "a language tag such as en-US"),
  keyboardRule,
  networkRule,
  ({ firstLogonCommands }) =>
    firstLogonCommands.flatMap((command, at) =>
      text(`firstLogonCommands[${at}]`, command, limits.firstLogonCommand),
    ),
];

const languageTag = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/;
const inputLocale = /^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{8}$/;
const macAddress = /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}$/;
const productKey = /^[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}$/;

function computerNameRule({ computerName: value }: CompleteAnswerOptions): Fault[] {
  const path = "computerName";
  const faults = matches(
    path,
    value,
    /^[A-Za-z0-9-]{1,15}$/,
    "1 to 15 ASCII letters, digits and hyphens",
  );
  if (/^\d+$/.test(value)) faults.push({ path, expected: "not only digits", value });
  if (value.toLowerCase() === administrator.toLowerCase()) {
    faults.push({ path, expected: "another name than the user's", value });
  }
  return faults;
}

function passwordRule({ administratorPassword: value }: CompleteAnswerOptions): Fault[] {
  const path = "administratorPassword";
  const classes = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((one) => one.test(value));
  const faults = text(path, value, limits.password);
  if (value.length < 6 || classes.length < 3) {
    const expected =
      "at least 6 characters of three classes (capitals, small letters, digits, others)";
    faults.push({ path, expected, value: "(hidden)", hint: "Windows' password policy refuses it" });
  }
  return faults.map((fault) => ({ ...fault, value: "(hidden)" }));
}

function firmwareRule({ firmware }: CompleteAnswerOptions, profile: GuestProfile): Fault[] {
  if (profile.firmwares.includes(firmware)) return [];
  return [{ path: "firmware", expected: profile.firmwares.join(" or "), value: firmware }];
}

function editionRule({ edition }: CompleteAnswerOptions, profile: GuestProfile): Fault[] {
  const known = profile.setup.editions.map(({ name }) => name);
  if (edition === undefined || known.includes(edition)) return [];
  const expected = known.length === 0 ? "no edition" : `one of ${known.join(", ")}`;
  return [{ path: "edition", expected, value: edition }];
}

function keyAndImageRule(options: CompleteAnswerOptions): Fault[] {
  const { productKey: key, image, evaluation } = options;
  const faults: Fault[] = [];
  if (key !== undefined) {
    faults.push(
      ...matches("productKey", key, productKey, "five groups of five capitals or digits"),
    );
    if (evaluation) {
      const hint = "Setup refuses a key that does not belong to the media";
      faults.push({
        path: "productKey",
        expected: "no key for evaluation media",
        value: key,
        hint,
      });
    }
  } else if (image === undefined) {
    const hint = "evaluation media take no key, so the image has to be chosen";
    faults.push({ path: "image", expected: "an index or a name", value: image, hint });
  }
  if (image !== undefined && "index" in image) {
    if (!Number.isInteger(image.index) || image.index < 1) {
      faults.push({ path: "image.index", expected: "an integer from 1", value: image.index });
    }
  } else if (image !== undefined) {
    faults.push(...text("image.name", image.name, limits.imageName));
  }
  return faults;
}

function keyboardRule({ keyboard }: CompleteAnswerOptions): Fault[] {
  if (inputLocale.test(keyboard)) return [];
  return matches("keyboard", keyboard, languageTag, "a language tag or a form like 0409:00000409");
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

function matches(path: string, value: string, form: RegExp, expected: string): Fault[] {
  return form.test(value) ? [] : [{ path, expected, value }];
}

/** Lengths count in UTF-16 units, as Windows counts. */
function text(path: string, value: string, maxLength: number): Fault[] {
  const faults: Fault[] = [];
  if (value.length === 0 || value.length > maxLength) {
    const expected = `1 to ${maxLength} UTF-16 units`;
    faults.push({ path, expected, value, hint: `it has ${value.length}` });
  }
  if (!isLine(value)) {
    faults.push({ path, expected: "one line of characters that XML can carry", value });
  }
  return faults;
}

function isLine(value: string): boolean {
  return Array.from(value).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0x20 && code !== 0x7f && isXmlCharacter(code);
  });
}
