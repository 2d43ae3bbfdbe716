import type { AnswerDocument, Component } from "../answer/document.ts";
import { child, descend, textOf } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import { isTrue } from "../plan/partitions.ts";
import type { Finding } from "../refusal.ts";
import { atLeast } from "../systems/system.ts";
import type { SetupSystem } from "../systems/system.ts";

/** What each setting allows by itself, and what ends an installation all the same. */
export function checkPitfalls(document: AnswerDocument, system: SetupSystem): Finding[] {
  return document.components.flatMap((item) => [
    ...passwords(item.element, item.name).map((finding) => ({ pass: item.pass, ...finding })),
    ...reseal(item, system),
  ]);
}

/**
 * With PlainText=false a Value is base64 of UTF-16LE, the name of the element around it behind the password; Setup cannot
 * decode another and fails with 0x8007000d in the pass oobeSystem.
 */
function passwords(element: AnswerElement, path: string): Finding[] {
  const plain = child(element, "PlainText")?.text.trim().toLowerCase();
  const value = child(element, "Value");
  const own: Finding[] =
    plain !== "false" || value === undefined || isEncoded(value.text.trim(), element.name)
      ? []
      : [
          {
            setting: `${path}/${value.name}`,
            reason: `with PlainText=false it has to be base64 of UTF-16, ${element.name} behind the password`,
            at: value,
          },
        ];
  return [
    ...own,
    ...element.children.flatMap((inner) => passwords(inner, `${path}/${inner.name}`)),
  ];
}

function isEncoded(text: string, suffix: string): boolean {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text && bytes.toString("utf16le").endsWith(suffix);
}

/**
 * Reseal in the pass oobeSystem: up to 8.1, Mode=OOBE with ForceShutdownNow "sets the computer into a loop of reboots", later
 * it is supported (Microsoft, ForceShutdownNow; Changed answer file settings for Windows 10).
 */
function reseal({ pass, name, element }: Component, system: SetupSystem): Finding[] {
  if (pass !== "oobeSystem" || name.toLowerCase() !== "microsoft-windows-deployment") return [];
  const audit = textOf(element, "Reseal", "Mode")?.toLowerCase() === "audit";
  const at = descend(element, "Reseal", "ForceShutdownNow");
  if (!audit && !isTrue(at)) return [];
  if (audit || atLeast(system, "10.0")) {
    const reason = "this guest has no audit mode, and is not sealed for a second first start";
    const place = { setting: `${name}/Reseal`, at: descend(element, "Reseal"), whole: true };
    return [{ kind: "unplayable", pass, ...place, reason }];
  }
  const reason = "not supported here: the machine would restart into this pass for ever";
  return [{ pass, setting: `${name}/Reseal/ForceShutdownNow`, reason, at }];
}
