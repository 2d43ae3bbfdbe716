import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../catalogue/profile.ts";
import { driversRule } from "../drivers/rule.ts";
import { systemOfBuild } from "../recognise/windows/system.ts";
import type { SetupOptions, SetupShare } from "./options.ts";
import { providerOf } from "./provider.ts";
import { unzipsByItself } from "./steps/openssh.ts";
import { windowsVersion } from "./windows.ts";

/** All that is wrong with the options of a set-up medium. Secrets are not repeated. */
export function checkSetupOptions(profile: GuestProfile, options: SetupOptions): Fault[] {
  const { authorizedKey, smb, server } = options;
  return [
    ...matches(
      "authorizedKey",
      authorizedKey,
      /^ssh-[a-z0-9-]+ [A-Za-z0-9+/]+=*(?: [^\r\n]*)?$/,
      "one line: ssh-ed25519 AAAA… comment",
    ),
    ...matches("smb.user", smb.user, /^[A-Za-z0-9_-]{1,20}$/, "1 to 20 letters, digits, _ or -"),
    ...passwordRule(smb.password),
    ...(server === undefined
      ? []
      : matches("server", server, /^[A-Za-z0-9][A-Za-z0-9.-]*$/, "an address or a host name")),
    ...options.shares.flatMap((share, at) => shareRule(share, `shares[${at}]`)),
    ...uniqueRule(options.shares, "tag", ({ tag }) => tag.toLowerCase()),
    ...uniqueRule(options.shares, "letter", ({ letter }) => letter.toUpperCase()),
    ...uniqueRule(options.shares, "guestPath", ({ guestPath }) => guestPath),
    ...providerRules(profile, options),
    ...(options.cygwinPackages ?? []).flatMap((name, at) =>
      matches(
        `cygwinPackages[${at}]`,
        name,
        /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/,
        "the name of a Cygwin package",
      ),
    ),
    ...buildRule(profile, options.build),
    ...driversRule({ drivers: options.drivers ?? [] }, profile),
  ];
}

function providerRules(profile: GuestProfile, options: SetupOptions): Fault[] {
  const { provider, openSsh } = options;
  const known = profile.shellProviders;
  if (provider !== undefined && !known.includes(provider)) {
    const expected = known.join(" or ") || "none: shell and SSH server are built in";
    return [{ path: "provider", expected, value: provider }];
  }
  if (providerOf(profile, options) !== "win32-openssh") {
    if (openSsh === undefined) return [];
    const expected = "nothing, without the provider win32-openssh";
    return [{ path: "openSsh", expected, value: openSsh.form, hint: "choose that provider" }];
  }
  if (openSsh === undefined) {
    const expected = "the bytes of Win32-OpenSSH, a zip or an msi";
    const hint = "its releases have OpenSSH-Win64.zip, OpenSSH-Win32.zip and .msi files";
    return [{ path: "openSsh", expected, value: undefined, hint }];
  }
  const { form, bytes } = openSsh;
  const start = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  if (start !== firstBytes[form])
    return [{ path: "openSsh.bytes", expected: `the bytes of a ${form} file`, value: start }];
  return unzipRule(profile, options);
}

// Server Core has no Explorer, and that of 2008 R2 no PowerShell either, which the zip's own scripts want.
function unzipRule(profile: GuestProfile, { openSsh, edition, build }: SetupOptions): Fault[] {
  const version = windowsVersion(profile, build);
  if (openSsh?.form !== "zip" || version === undefined || unzipsByItself(version)) return [];
  if (!/core$/i.test(edition ?? "")) return [];
  const expected = "an msi: without a desktop this Windows can't unpack a zip";
  const hint = "the project's releases have an .msi for amd64";
  return [{ path: "openSsh", expected, value: openSsh.form, hint }];
}

// A zip's first entry; the compound file that an msi is.
const firstBytes = { zip: "504b0304", msi: "d0cf11e0" } as const;

// Media may be newer than the catalogue: any build of this Windows will do.
function buildRule(
  { builds, kind, name, title }: GuestProfile,
  build: number | undefined,
): Fault[] {
  if (build === undefined || systemOfBuild(build, kind).guest === name) return [];
  const hint = `those known are ${builds.map(({ number }) => number).join(", ")}`;
  return [{ path: "build", expected: `a build of ${title}`, value: build, hint }];
}

// Goes through `net use`, sh and a file of lines: nothing in it may need quoting there. `net user` asks a question
// when a password is longer than 14.
function passwordRule(password: string): Fault[] {
  if (/^[A-Za-z0-9._+-]{1,14}$/.test(password) && !password.startsWith("-")) return [];
  const expected = "1 to 14 letters, digits or . _ + -, no - in front";
  return [{ path: "smb.password", expected, value: "(hidden)", hint: "use createSmbPassword()" }];
}

function shareRule(share: SetupShare, path: string): Fault[] {
  return [
    ...matches(`${path}.tag`, share.tag, /^[A-Za-z][A-Za-z0-9]{0,30}$/, "letters and digits"),
    ...matches(`${path}.letter`, share.letter, /^[D-Z]$/, "a capital from D to Z"),
    ...matches(
      `${path}.guestPath`,
      share.guestPath,
      /^(?:\/[A-Za-z0-9._-]+)+$/,
      "an absolute path of letters, digits, . _ and -",
    ),
  ];
}

function uniqueRule(
  shares: readonly SetupShare[],
  field: keyof SetupShare,
  key: (share: SetupShare) => string,
): Fault[] {
  const keys = shares.map(key);
  return keys.flatMap((one, at) =>
    keys.indexOf(one) === at
      ? []
      : [{ path: `shares[${at}].${field}`, expected: "not used by another share", value: one }],
  );
}

function matches(path: string, value: string, form: RegExp, expected: string): Fault[] {
  return form.test(value) ? [] : [{ path, expected, value }];
}
