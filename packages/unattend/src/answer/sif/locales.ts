/**
 * Locales of XP and 2003 as the four digits that their answer file wants (Microsoft, [MS-LCID]): the languages that
 * there are media in, and what belongs to them.
 */
export const sifLocales: ReadonlyMap<string, string> = new Map([
  ["ar-SA", "0401"],
  ["cs-CZ", "0405"],
  ["da-DK", "0406"],
  ["de-AT", "0c07"],
  ["de-CH", "0807"],
  ["de-DE", "0407"],
  ["el-GR", "0408"],
  ["en-AU", "0c09"],
  ["en-CA", "1009"],
  ["en-GB", "0809"],
  ["en-IE", "1809"],
  ["en-NZ", "1409"],
  ["en-US", "0409"],
  ["es-ES", "0c0a"],
  ["es-MX", "080a"],
  ["fi-FI", "040b"],
  ["fr-BE", "080c"],
  ["fr-CA", "0c0c"],
  ["fr-CH", "100c"],
  ["fr-FR", "040c"],
  ["he-IL", "040d"],
  ["hu-HU", "040e"],
  ["it-IT", "0410"],
  ["ja-JP", "0411"],
  ["ko-KR", "0412"],
  ["nb-NO", "0414"],
  ["nl-BE", "0813"],
  ["nl-NL", "0413"],
  ["pl-PL", "0415"],
  ["pt-BR", "0416"],
  ["pt-PT", "0816"],
  ["ru-RU", "0419"],
  ["sv-SE", "041d"],
  ["tr-TR", "041f"],
  ["zh-CN", "0804"],
  ["zh-HK", "0c04"],
  ["zh-TW", "0404"],
]);

/**
 * Keyboards of those locales that have none of their own, by the last four digits of the layout (Microsoft, Default Input
 * Locales). Canadian French is 1009, and 0c0c what it was before; whether XP has Hong Kong's 0c04, a US keyboard too, is
 * UNVERIFIED.
 */
const sharedLayouts: ReadonlyMap<string, string> = new Map([
  ["de-AT", "0407"],
  ["en-AU", "0409"],
  ["en-CA", "0409"],
  ["en-NZ", "0409"],
  ["es-ES", "040a"],
  ["fr-CA", "1009"],
  ["zh-HK", "0409"],
]);

/** The keyboard of a locale as the answer file has it: `0c07:00000407`; undefined for one that is not in the list. */
export function sifInputLocale(tag: string): string | undefined {
  const locale = sifLocales.get(tag);
  return locale === undefined ? undefined : `${locale}:0000${sharedLayouts.get(tag) ?? locale}`;
}
