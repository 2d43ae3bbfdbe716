import { readFileSync } from "node:fs";
import { referenceData } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { renderSettingsReference } from "../../scripts/settings-reference.ts";
import type { DocumentedComponent, DocumentedSetting } from "../../scripts/settings-reference.ts";
import { refinements } from "../../src/setup/rules/own-rules.ts";
import { settingsReference } from "../../src/setup/rules/settings-reference.generated.ts";
import { documentedSettings, readReference } from "../../src/setup/rules/settings-reference.ts";
import { knownSettings } from "../../src/setup/rules/known-settings.ts";

test("the generated facts are those of the documentation", (context) => {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(referenceData(context, `schema/${name}`), "utf8"));
  const settings = read("msdocs-unattend-settings.json") as Record<string, DocumentedSetting>;
  const components = read("cschneegans-Component.json") as DocumentedComponent[];
  const generated = new URL(
    "../../src/setup/rules/settings-reference.generated.ts",
    import.meta.url,
  );
  expect(renderSettingsReference(settings, components)).toBe(readFileSync(generated, "utf8"));
  // And what is read back is what was written, fact by fact.
  for (const [path, { passes, enum: values, maxLength, empty }] of Object.entries(settings)) {
    const key = path
      .replaceAll(/\/{2,}/g, "/")
      .replaceAll(" ", "")
      .replace("StorePort", "StorPort");
    const rule = documentedSettings.get(key.toLowerCase());
    expect(rule, path).toBeDefined();
    const found = [...(rule?.passes ?? [])].sort();
    // Ten pages name no pass; those of the component stand in.
    expect(passes.length === 0 ? [] : found, path).toEqual(passes);
    expect(rule?.enum, path).toEqual(values);
    expect(rule?.maxLength, path).toBe(maxLength);
    expect(rule?.empty, path).toBe(empty === false ? false : undefined);
  }
});

test("knows every component with its passes, and more than a thousand settings", () => {
  const whole = readReference(settingsReference);
  expect(whole.size).toBeGreaterThan(1100);
  for (const [path, rule] of whole) expect(documentedSettings.get(path), path).toEqual(rule);
  expect(documentedSettings.get("microsoft-windows")).toBeUndefined();
  expect(knownSettings.get("microsoft-windows-setup")?.passes).toEqual(["windowsPE"]);
  expect(knownSettings.get("microsoft-windows-shell-setup/oobe/skipmachineoobe")).toBeDefined();
});

test("what is refined is documented", () => {
  const paths = Object.keys(refinements);
  expect(paths.filter((path) => !documentedSettings.get(path.toLowerCase()))).toEqual([]);
});
