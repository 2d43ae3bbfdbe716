import type { Finding } from "../refusal.ts";
import { parseSif } from "../sif/parse.ts";
import type { SifFile } from "../sif/parse.ts";
import type { AnswerElement } from "./element.ts";
import { parseXml } from "./parse-xml.ts";
import { decodeAnswer } from "./text.ts";

/** An answer file, parsed once for all that is asked of it. */
export type OpenAnswer = { readonly fileName: string } & (
  | { readonly kind: "xml"; readonly root: AnswerElement }
  | { readonly kind: "sif"; readonly file: SifFile; readonly findings: readonly Finding[] }
  | { readonly kind: "unreadable"; readonly finding: Finding }
);

/**
 * Parses an answer file.
 *
 * @param fileName `winnt.sif` or `Autounattend.xml`, in any case; it decides the language.
 */
export function openAnswer(fileName: string, bytes: Uint8Array): OpenAnswer {
  const text = decodeAnswer(bytes);
  if (text === undefined) {
    const finding = { setting: fileName, reason: "neither UTF-8 nor UTF-16 text" };
    return { fileName, kind: "unreadable", finding };
  }
  if (fileName.toLowerCase().endsWith(".sif")) return { fileName, kind: "sif", ...parseSif(text) };
  const parsed = parseXml(text);
  return "root" in parsed
    ? { fileName, kind: "xml", root: parsed.root }
    : { fileName, kind: "unreadable", finding: parsed.finding };
}
