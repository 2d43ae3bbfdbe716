import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { element, escapeXml, isXmlCharacter, renderXml } from "../src/answer/xml.ts";
import { readXml } from "./support/read-xml.ts";

const xmlText = fc
  .string({ unit: "binary", maxLength: 60 })
  .filter((text) => Array.from(text).every((one) => isXmlCharacter(one.codePointAt(0) ?? 0)));

describe("escapeXml", () => {
  test.each([
    ["plain", "plain"],
    [`<&>"'`, "&#60;&#38;&#62;&#34;&#39;"],
    ["é", "&#233;"],
    ["😀", "&#128512;"],
    ["a\tb\r\nc", "a&#9;b&#13;&#10;c"],
    ["\u007f", "&#127;"],
  ])("%j", (text, written) => {
    expect(escapeXml(text)).toBe(written);
  });

  test.each(["\0", "\u001b", "\ud800", "\ufffe"])("refuses %j, which XML cannot carry", (text) => {
    expect(() => escapeXml(text)).toThrow(
      expect.objectContaining({ code: "UNATTEND_XML_INVALID" }),
    );
  });
});

describe("renderXml", () => {
  test("is ASCII with CR LF and a declaration", () => {
    const text = renderXml(element("a", [element("b", "é"), element("c", "", { d: '"' })]));
    expect(text).toBe(
      '<?xml version="1.0" encoding="utf-8"?>\r\n<a>\r\n  <b>&#233;</b>\r\n  <c d="&#34;"></c>\r\n</a>\r\n',
    );
  });

  test("carries any text, in elements and in attributes, so that another parser reads it as it was", () => {
    fc.assert(
      fc.property(xmlText, xmlText, (text, attribute) => {
        const written = renderXml(element("a", [element("b", text, { c: attribute })]));
        expect(/^[\x20-\x7e\r\n]*$/.test(written)).toBe(true);
        const [read] = readXml(written).children;
        expect(read?.text).toBe(text);
        expect(read?.attributes["c"] ?? "").toBe(attribute);
      }),
    );
  });
});
