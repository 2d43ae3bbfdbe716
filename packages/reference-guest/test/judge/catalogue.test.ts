import { answerFile, findGuest, guestFor, listGuests } from "@winvm/unattend";
import type { AnswerOptions, GuestProfile } from "@winvm/unattend";
import { describe, expect, test } from "vitest";
import { judgeAnswerFile } from "../../src/index.ts";
import { readDocument } from "../../src/setup/answer/document.ts";
import type { AnswerElement } from "../../src/setup/answer/element.ts";
import { openAnswer } from "../../src/setup/answer/open.ts";
import type { OpenAnswer } from "../../src/setup/answer/open.ts";
import { documentedSettings } from "../../src/setup/rules/settings-reference.ts";

const machines = listGuests().flatMap((guest) =>
  guest.architectures.flatMap((architecture) =>
    guestFor(guest, architecture).firmwares.map((firmware) => ({
      name: guest.name,
      architecture,
      firmware,
    })),
  ),
);

const productKey = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";

// Which edition an image is, and so its key, is known of winvm's own names only.
const variants: readonly Partial<AnswerOptions>[] = [
  {},
  { user: { name: "ada", password: "secret-Word1" }, drivers: ["E:\\a", "E:\\b"] },
  { image: { index: 2 }, productKey },
  { image: { name: "An image" }, productKey, firstLogonCommands: ["echo 1", "echo 2"] },
  { evaluation: true, image: { index: 1 } },
];

function isFor(
  { dialect, media }: GuestProfile,
  { evaluation, ...others }: Partial<AnswerOptions>,
) {
  if (evaluation === true && !media.some(({ kind }) => kind === "evaluation")) return false;
  return dialect === "xml" || Object.keys(others).length === 0;
}

describe.each(machines)("$name, $architecture, $firmware", ({ name, architecture, firmware }) => {
  const guest = guestFor(findGuest(name), architecture);
  const files = variants
    .filter((variant) => isFor(guest, variant))
    .map((variant) =>
      answerFile(guest, {
        administratorPassword: "secret-Word1",
        architecture,
        firmware,
        ...(guest.dialect === "sif" && { productKey }),
        ...variant,
      }),
    );

  test("takes winvm's answer files", () => {
    for (const { fileName, bytes } of files) {
      const { judgement, plan } = judgeAnswerFile(fileName, bytes, {
        system: { title: guest.title, version: guest.version, kind: guest.kind },
        architecture,
        firmware,
        disks: 1,
      });
      const others = judgement.settings.filter(({ verdict }) => verdict !== "obeyed");
      expect(others).toEqual([]);
      expect(judgement.unplayable).toEqual([]);
      expect(plan?.computerName).toBe("WINVM");
    }
  });

  test("their values are spelt as in Microsoft's reference", () => {
    const settings = files.flatMap(({ fileName, bytes }) => valuesOf(openAnswer(fileName, bytes)));
    const odd = settings.filter(({ path, text }) => {
      const legal = documentedSettings.get(path.toLowerCase())?.enum;
      return legal !== undefined && !legal.includes(text);
    });
    expect(odd).toEqual([]);
    expect(settings.length).toBeGreaterThan(guest.dialect === "xml" ? 50 : -1);
  });
});

function valuesOf(answer: OpenAnswer): { path: string; text: string }[] {
  if (answer.kind !== "xml") return [];
  const { components } = readDocument(answer.root, "").document;
  return components.flatMap(({ name, element }) => textsIn(element, name));
}

function textsIn(
  { children, text }: AnswerElement,
  path: string,
): { path: string; text: string }[] {
  return children.length === 0
    ? [{ path, text }]
    : children.flatMap((inner) => textsIn(inner, `${path}/${inner.name}`));
}
