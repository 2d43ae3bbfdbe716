import type { Fault } from "@winvm/runtime";
import type { AnswerDialect } from "../../catalogue/profile.ts";
import { administrator } from "../defaults.ts";
import { limits } from "../limits.ts";
import type { CompleteAnswerOptions } from "../options.ts";
import type { Rule } from "./rule.ts";
import { lineOfText, matches } from "./texts.ts";

/** Names of computer and accounts, and passwords. */
export const accountRules: readonly Rule[] = [
  computerNameRule,
  ({ administratorPassword }, { dialect }) =>
    passwordRule("administratorPassword", administratorPassword, limits.password, dialect),
  userRule,
  ({ fullName }, { dialect }) =>
    lineOfText("fullName", fullName, { maxLength: limits.fullName, dialect }),
  ({ organization }, { dialect }) =>
    lineOfText("organization", organization, { maxLength: limits.fullName, dialect }),
];

const builtInAccounts = [
  administrator,
  "DefaultAccount",
  "Guest",
  "SYSTEM",
  "WDAGUtilityAccount",
].map((name) => name.toLowerCase());

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

function passwordRule(
  path: string,
  value: string,
  maxLength: number,
  dialect: AnswerDialect,
): Fault[] {
  const classes = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((one) => one.test(value));
  const faults = lineOfText(path, value, { maxLength, dialect });
  if (value.length < 6 || classes.length < 3) {
    const expected =
      "at least 6 characters of three classes (capitals, small letters, digits, others)";
    faults.push({ path, expected, value, hint: "Windows' password policy refuses it" });
  }
  // Setup reads winnt.sif in more than one way, and nothing documents that each of them undoes the doubling.
  if (dialect === "sif" && /["%]/.test(value))
    faults.push({ path, expected: 'no " and no %', value });
  return faults.map((fault) => ({ ...fault, value: "(hidden)" }));
}

function userRule(
  { user, computerName }: CompleteAnswerOptions,
  { dialect }: RuleProfile,
): Fault[] {
  if (user === undefined) return [];
  const { name: value, password } = user;
  const path = "user.name";
  const old = dialect === "sif";
  const faults = [
    ...lineOfText(path, value, { maxLength: limits.userName, dialect }),
    // `net user` makes the account in XP, and asks a question about anything longer.
    ...passwordRule(
      "user.password",
      password,
      old ? limits.netUserPassword : limits.password,
      dialect,
    ),
  ];
  if (/[/\\[\]:;|=,+*?<>"%@]/.test(value)) {
    faults.push({ path, expected: 'none of " / \\ [ ] : ; | = , + * ? < > % @', value });
  }
  if (/^[ .]*$/.test(value) || value.endsWith(".") || value !== value.trim()) {
    const expected = "not only dots and spaces, no dot at the end, no space at either end";
    faults.push({ path, expected, value });
  }
  if (builtInAccounts.includes(value.toLowerCase())) {
    faults.push({ path, expected: "another name than a built-in account's", value });
  }
  if (value.toLowerCase() === computerName.toLowerCase()) {
    faults.push({ path, expected: "another name than the computer's", value });
  }
  return faults;
}

type RuleProfile = Parameters<Rule>[1];
