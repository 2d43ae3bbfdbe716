import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { child, childrenOf, descend } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import type { Finding } from "../refusal.ts";
import type { SetupSystem } from "../systems/system.ts";
import { isTrue } from "./partitions.ts";

const INTERNATIONAL = "Microsoft-Windows-International-Core-WinPE";
const OOBE = "Microsoft-Windows-Shell-Setup/OOBE";

/** Where Setup, or Windows Welcome at its end, would show a page and wait for somebody. */
export function checkQuestions(document: AnswerDocument, system: SetupSystem): Finding[] {
  return [...languages(document), ...shown(document), ...welcome(document, system)];
}

/** Both languages are "required for all unattended installations" (Microsoft, UILanguage of that component). */
function languages(document: AnswerDocument): Finding[] {
  const international = component(document, "windowsPE", INTERNATIONAL);
  return [["SetupUILanguage", "UILanguage"], ["UILanguage"]]
    .filter((path) => descend(international, ...path) === undefined)
    .map((path) => ({
      pass: "windowsPE",
      setting: [INTERNATIONAL, ...path].join("/"),
      reason: "it is missing: Setup would ask for the language",
    }));
}

function shown(document: AnswerDocument): Finding[] {
  return document.components
    .filter(({ pass }) => pass === "windowsPE")
    .flatMap(({ name, element }) => asking(element, name));
}

function asking(element: AnswerElement, path: string): Finding[] {
  const own = childrenOf(element, "WillShowUI")
    .filter(({ text }) => text.trim().toLowerCase() === "always")
    .map((at) => ({
      pass: "windowsPE",
      setting: `${path}/${at.name}`,
      reason: "Always makes Setup ask",
      at,
    }));
  return [...own, ...element.children.flatMap((inner) => asking(inner, `${path}/${inner.name}`))];
}

/**
 * Pages that Windows Welcome shows where nothing hides them (Microsoft, HideEULAPage, ProtectYourPC). Packer's file for
 * Server 2008 R2 installs without ProtectYourPC: only clients have that page.
 */
function welcome(document: AnswerDocument, { kind }: SetupSystem): Finding[] {
  const pass = "oobeSystem";
  const oobe = child(component(document, pass, "Microsoft-Windows-Shell-Setup"), "OOBE");
  if (isTrue(child(oobe, "SkipMachineOOBE"))) return [];
  const licence = child(oobe, "HideEULAPage");
  const findings: Finding[] = [];
  if (!isTrue(licence)) {
    const reason = "it has to be true, or Windows Welcome asks to accept the licence";
    findings.push({ pass, setting: `${OOBE}/HideEULAPage`, reason, at: licence });
  }
  if (kind === "client" && child(oobe, "ProtectYourPC") === undefined) {
    const reason = "it is missing: Windows Welcome would ask";
    findings.push({ pass, setting: `${OOBE}/ProtectYourPC`, reason });
  }
  return findings;
}
