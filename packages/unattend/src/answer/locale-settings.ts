import type { CompleteAnswerOptions } from "./options.ts";

/** Language and keyboard, as the components for them in several passes have them. */
export function localeSettings({
  language,
  keyboard,
}: CompleteAnswerOptions): Readonly<Record<string, string>> {
  return {
    InputLocale: keyboard,
    SystemLocale: language,
    UILanguage: language,
    UserLocale: language,
  };
}
