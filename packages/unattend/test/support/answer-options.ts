import type { AnswerOptions } from "../../src/index.ts";

/** Nearly every option, with values that need escaping. */
export const manyOptions: AnswerOptions = {
  administratorPassword: "Pässwörd <&> 1",
  user: { name: "ada & co", password: "Größe-1815" },
  computerName: "BUILD-7",
  fullName: "Ada Lovelace",
  organization: "Größe & Söhne",
  evaluation: true,
  image: { index: 3 },
  language: "de-DE",
  keyboard: "0407:00000407",
  timeZone: "W. Europe Standard Time",
  network: { address: "10.1.2.3/16", mac: "52:54:00:aa:bb:0c" },
  firstLogonCommands: ['cmd /c echo "done" > C:\\done.txt'],
  tpm: "emulated",
  drivers: ["E:\\net & disk", "F:\\net"],
};
