import { describe, expect, test } from "vitest";
import { chooseEdition, findGuest, guestOfMedia, listGuests } from "../../src/index.ts";
import type { MediaArchitecture, MediaEdition, RecognisedMedia } from "../../src/index.ts";
import { systemOfBuild } from "../../src/recognise/windows/system.ts";

const languages = ["en-US"];
const home = edition(1, "Windows 11 Home", "Core");
const pro = edition(6, "Windows 11 Pro", "Professional");
const eleven = media([home, pro]);

describe("chooseEdition", () => {
  test("takes the profile's first edition that is there, and the medium's language", () => {
    expect(chooseEdition(eleven, findGuest("11"))).toEqual({
      architecture: "amd64",
      image: { index: 6 },
      edition: "Pro",
      build: 26100,
      language: "en-US",
      evaluation: false,
    });
  });

  test.each(["pro", "Windows 11 Pro", "PROFESSIONAL"])("finds '%s'", (wanted) => {
    const choice = chooseEdition(eleven, findGuest("11"), { edition: wanted, language: "EN-us" });
    expect(choice).toMatchObject({ image: { index: 6 }, edition: "Pro", language: "en-US" });
  });

  test("names what the ISO holds and all that does not fit", () => {
    const wanted = {
      edition: "Ultimate",
      language: "de-DE",
      evaluation: true,
      architecture: "x86",
    } as const;
    expect(() => chooseEdition(eleven, findGuest("10"), wanted)).toThrow(
      expect.objectContaining({
        code: "UNATTEND_ISO_MISMATCH",
        happened: expect.stringContaining(
          "it holds Windows 11 (amd64, en-US, retail), with 1: Windows 11 Home; 6: Windows 11 Pro",
        ),
        hint: "say 11",
        data: expect.objectContaining({
          faults: [
            { path: "guest", value: "10" },
            { path: "architecture", expected: "amd64", value: "x86" },
            { path: "evaluation" },
            { path: "language", expected: "en-US", value: "de-DE" },
          ].map((fault) => expect.objectContaining({ ...fault, hint: expect.any(String) })),
        }),
      }),
    );
    expect(() => chooseEdition(eleven, findGuest("11"), { edition: "Ultimate" })).toThrow(
      expect.objectContaining({
        happened: expect.stringMatching(
          /edition: expected one of Windows 11 Home, Windows 11 Pro, got 'Ultimate'/,
        ),
        hint: expect.stringMatching(/^name one that the ISO holds/),
      }),
    );
  });

  test("a language that Setup does not speak is refused too", () => {
    const held = ["de-DE", "en-US"];
    const german = (setupLanguages: readonly string[]) =>
      chooseEdition(
        { ...media([{ ...pro, languages: held }]), languages: held, setupLanguages },
        findGuest("11"),
        { language: "de-de" },
      );
    expect(german(held).language).toBe("de-DE");
    expect(german([]).language).toBe("de-DE");
    expect(() => german(["en-US"])).toThrow(/Setup itself does not speak it/);
  });

  test("without a wish an edition that no key of ours fits is refused, not guessed", () => {
    const only = media([home]);
    const names = findGuest("11").setup.editions.map(({ id }) => id);
    if (names.includes("Core")) return;
    expect(() => chooseEdition(only, findGuest("11"))).toThrow(/one of Windows 11 Home/);
  });

  test("an edition that winvm has no key for is installed with the user's only", () => {
    const wanted = { edition: "Windows 11 Home" };
    expect(() => chooseEdition(eleven, findGuest("11"), wanted)).toThrow(
      expect.objectContaining({
        hint: "winvm has none for it: give the one that belongs to it, or choose Pro",
        data: expect.objectContaining({
          faults: [
            expect.objectContaining({
              path: "productKey",
              expected: "a product key for Windows 11 Home",
            }),
          ],
        }),
      }),
    );
    expect(chooseEdition(eleven, findGuest("11"), { ...wanted, productKey: true })).toMatchObject({
      image: { index: 1 },
      edition: undefined,
    });
  });

  test.each([undefined, "Enterprise LTSB 2016", "Windows 10 Enterprise 2016 LTSB"])(
    "the long-term edition of 2016 has a key of its own, asked for as %s",
    (wanted) => {
      const ltsb = edition(1, "Windows 10 Enterprise 2016 LTSB", "EnterpriseS");
      const ten = { ...media([{ ...ltsb, guest: "10" }]), guests: ["10"] } as const;
      const choice = chooseEdition(ten, findGuest("10"), { edition: wanted });
      expect(choice).toMatchObject({ image: { index: 1 }, edition: "Enterprise LTSB 2016" });
    },
  );

  test("the long-term edition of 2015 gets the key of no other year", () => {
    const name = "Windows 10 Enterprise 2015 LTSB";
    const ten = {
      ...media([{ ...edition(1, name, "EnterpriseS"), guest: "10" }]),
      guests: ["10"],
    } as const;
    expect(() => chooseEdition(ten, findGuest("10"), { edition: name })).toThrow(
      `productKey: expected a product key for ${name}`,
    );
    expect(() => chooseEdition(ten, findGuest("10"), { edition: "Enterprise LTSC" })).toThrow(
      "edition: ",
    );
  });

  test("of an evaluation takes the desktop, unless the edition without one is named; and no key", () => {
    const trial: RecognisedMedia = {
      ...media([server(1, "SERVERSTANDARDCORE", true), server(2, "SERVERSTANDARD", false)]),
      guests: ["2025"],
      channel: "evaluation",
    };
    const profile = findGuest("2025");
    expect(chooseEdition(trial, profile)).toMatchObject({
      image: { index: 2 },
      edition: "Standard",
      evaluation: true,
    });
    const named = { edition: "Windows Server 2025 SERVERSTANDARDCORE" };
    expect(chooseEdition(trial, profile, named)).toMatchObject({ image: { index: 1 } });
    expect(() => chooseEdition(trial, profile, { productKey: true })).toThrow(
      /productKey: expected no key for evaluation media/,
    );
    expect(() => chooseEdition(trial, profile, { evaluation: false })).toThrow(/evaluation media/);
  });

  test("takes 32 bits where the profile has them; never ARM", () => {
    expect(chooseEdition(of("x86"), findGuest("10")).architecture).toBe("x86");
    expect(() => chooseEdition(of("arm64"), findGuest("10"))).toThrow(/architecture: expected/);
  });

  test("without install.wim there is nothing to install", () => {
    const stripped: RecognisedMedia = { ...eleven, evidence: "boot.wim", editions: [] };
    expect(() => chooseEdition(stripped, findGuest("11"))).toThrow(
      expect.objectContaining({
        happened: expect.stringMatching(/image: expected sources\/install\.wim.*known by its boot/),
        hint: "give the whole medium: what Setup installs is not on the ISO",
      }),
    );
  });

  test("media without a WIM need no image, and keep the language that their label hints at", () => {
    expect(chooseEdition(xp("en-US"), findGuest("xp"))).toEqual({
      architecture: "x86",
      image: undefined,
      edition: undefined,
      build: 2600,
      language: undefined,
      evaluation: false,
    });
  });

  test.each([
    ["en-US", "EN-us", "en-US"],
    ["en-US", "en-GB", "en-GB"],
    ["de-DE", "de-AT", "de-AT"],
    ["pt-BR", "pt-PT", "pt-PT"],
    ["zh-TW", "zh-HK", "zh-HK"],
  ])("of a label's guess %s the wish %s makes %s", (guess, wanted, language) => {
    const choice = chooseEdition(xp(guess), findGuest("xp"), { language: wanted });
    expect(choice.language).toBe(language);
  });

  test.each([
    ["zh-CN", "zh-TW"],
    ["en-US", "de-DE"],
    ["en-US", "?"],
  ])("a label's guess %s does not go with %s", (guess, wanted) => {
    expect(() => chooseEdition(xp(guess), findGuest("xp"), { language: wanted })).toThrow(
      /language: expected/,
    );
  });
});

describe("guestOfMedia", () => {
  test("is the one that is held; where it is open the user has to say", () => {
    expect(guestOfMedia(eleven)).toBe("11");
    const open = { ...eleven, titles: ["Windows 10", "Windows 11"], guests: ["10", "11"] } as const;
    expect(() => guestOfMedia(open)).toThrow(
      expect.objectContaining({ code: "UNATTEND_ISO_MISMATCH", hint: "say which it is: 10 or 11" }),
    );
    expect(() => guestOfMedia({ ...eleven, titles: ["Windows 8"], guests: [] })).toThrow(
      expect.objectContaining({
        happened: expect.stringMatching(/Windows 8 is not in winvm's catalogue/),
        hint: expect.stringMatching(/^it has .*Windows XP, .*Windows 8\.1/),
      }),
    );
  });
});

test("every build of the catalogue is known as the guest that lists it, by the same title", () => {
  for (const { name, title, builds, kind } of listGuests()) {
    if (name === "reference") continue;
    for (const { number } of builds) {
      expect(systemOfBuild(number, kind), name).toEqual({
        title,
        guest: name,
      });
    }
  }
});

function edition(
  index: number | undefined,
  name: string,
  editionId: string | undefined,
): MediaEdition {
  return {
    index,
    name,
    displayName: undefined,
    editionId,
    title: "Windows 11",
    guest: "11",
    architecture: "amd64",
    version: "10.0.26100",
    build: 26100,
    core: false,
    evaluation: false,
    languages,
    defaultLanguage: "en-US",
  };
}

function media(editions: readonly MediaEdition[]): RecognisedMedia {
  return {
    file: "a.iso",
    sizeBytes: 1,
    volumeId: "X",
    fileSystem: "udf",
    boots: ["bios", "uefi"],
    evidence: "install.wim",
    titles: ["Windows 11"],
    guests: ["11"],
    architectures: ["amd64"],
    channel: "retail",
    editions,
    languages,
    defaultLanguage: "en-US",
    setupLanguages: languages,
  };
}

function xp(language: string): RecognisedMedia {
  const professional = {
    ...edition(undefined, "Professional", undefined),
    architecture: "x86" as const,
    build: 2600,
  };
  return {
    ...eleven,
    evidence: "markers",
    guests: ["xp"],
    architectures: ["x86"],
    channel: "volume",
    editions: [{ ...professional, guest: "xp", languages: [language], defaultLanguage: language }],
    languages: [language],
    defaultLanguage: language,
    setupLanguages: [language],
  };
}

function server(index: number, name: string, core: boolean): MediaEdition {
  return {
    ...edition(index, `Windows Server 2025 ${name}`, "ServerStandardEval"),
    guest: "2025",
    title: "Windows Server 2025",
    core,
    evaluation: true,
  };
}

function of(architecture: MediaArchitecture): RecognisedMedia {
  const ten = {
    ...edition(1, "Windows 10 Pro", "Professional"),
    guest: "10",
    architecture,
  } as const;
  return { ...eleven, guests: ["10"], editions: [ten], architectures: [architecture] };
}
