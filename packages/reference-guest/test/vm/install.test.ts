import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { findProgram, runProgram } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { answerXml, forUefi, withFirstLogon } from "../support/answer.ts";
import {
  createTestCd,
  createTestDisk,
  createTestFloppy,
  startTestMachine,
} from "../support/machine.ts";
import { testReferenceIso } from "../support/reference-iso.ts";

// What runs at the first logon; it tells the serial port what it sees.
const probe = `#!/bin/bash
exec >/dev/ttyS0 2>&1
show() { printf 'probe %s\\r\\n' "$*"; }
winvm-warm
show "user $(whoami) on $(hostname), pass specialize left $(cat /cygdrive/c/specialized)"
show "state $(tr -d '\\r\\n' </cygdrive/c/Windows/Setup/State/State.ini)"
show "address $(ip -4 -o address show | grep -o '192[^ ]*/24')"
show "ver$(cmd /c ver | tr -d '\\r\\n')"
cmd /c 'exit 7'
show "code $?"
printf '@echo off\\r\\necho batch [%%1] [%%2]\\r\\nexit /b 3\\r\\n' >/tmp/x.bat
chmod +x /tmp/x.bat
show "$(/tmp/x.bat 'a b' c | tr -d '\\r\\n')"
/tmp/x.bat >/dev/null
show "batch code $?"
show "cwd $(cd /tmp && cmd /c cd | tr -d '\\r\\n')"
if [ -f /cygdrive/e/args.exe ]; then
  cp /cygdrive/e/args.exe /tmp && chmod +x /tmp/args.exe
  show "args $(/tmp/args.exe 'a b' '' '"q"' 'c:\\x\\' '*' 'a\\"b' | tr -d '\\r')"
fi
mkdir -p ~/.ssh && ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id && cat ~/.ssh/id.pub >~/.ssh/authorized_keys
ssh_options='-i /home/Administrator/.ssh/id -o StrictHostKeyChecking=no -o LogLevel=ERROR'
show "ssh $(ssh $ssh_options Administrator@192.168.0.1 'cmd /c echo over ssh; cygpath -w ~' | tr -d '\\r' | tr '\\n' ' ')"
show "panther $(grep -c SETUP /cygdrive/c/Windows/Panther/setupact.log >/dev/null && echo yes)"
show "password kept: $(grep -c secret-Word1 -r /cygdrive/c/Windows/Panther/*.xml)"
show done
`;

const argsSource = `#include <stdio.h>
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) printf("<%s>", argv[i]);
  return 0;
}
`;

const variants = [
  {
    name: "q35 with AHCI, BIOS, CD",
    type: "q35",
    firmware: "bios",
    network: "e1000",
    medium: "cd",
  },
  {
    name: "pc with IDE, BIOS, floppy",
    type: "pc",
    firmware: "bios",
    network: "rtl8139",
    medium: "floppy",
  },
  {
    name: "q35 with AHCI, UEFI, CD",
    type: "q35",
    firmware: "uefi",
    network: "e1000e",
    medium: "cd",
  },
] as const;

test.for(variants)(
  "installs and runs: $name",
  { tags: ["vm"], timeout: 900_000 },
  async (variant, context) => {
    if (variant.firmware === "uefi" && !existsSync("/usr/share/OVMF/OVMF_CODE_4M.fd"))
      context.skip("needs OVMF (apt install ovmf)");
    const { iso } = await testReferenceIso(context);
    const directory = temporaryDirectory();
    const media = join(directory, "media");
    mkdirSync(media);
    // The probe comes from the CD that the answer file is on; from a floppy the drives are others.
    const drive = variant.medium === "cd" ? "e" : "a";
    const xml = withFirstLogon(variant.firmware === "uefi" ? forUefi(answerXml) : answerXml, [
      String.raw`C:\cygwin64\bin\bash.exe -l -c "bash /cygdrive/${drive}/probe.sh"`,
      "shutdown -s -t 0",
    ]);
    writeFileSync(join(media, "Autounattend.xml"), xml);
    writeFileSync(join(media, "probe.sh"), probe);
    const withProgram = variant.medium === "cd" && (await buildArgs(media, directory));
    const machine = {
      ...variant,
      disk: await createTestDisk(directory),
      ...(variant.medium === "cd"
        ? { cds: [iso, await createTestCd(directory, media)] }
        : { cds: [iso], floppy: await floppyWithProbe(directory, media) }),
    };
    await using install = await startTestMachine(machine, directory, "install");
    // UEFI and GRUB colour what they write.
    const log = stripVTControlCharacters(await install.waitForEnd(600_000));
    const seen = log.split(/[\r\n]+/);
    const passes = seen.filter((line) => /^SETUP (windowsPE|specialize|oobeSystem)$/.test(line));
    expect(passes).toEqual(["SETUP windowsPE", "SETUP specialize", "SETUP oobeSystem"]);
    const shown = seen.filter((line) => line.startsWith("probe ")).map((line) => line.slice(6));
    expect(shown).toEqual([
      "user Administrator on REHEARSAL, pass specialize left specialized",
      "state [State]ImageState=IMAGE_STATE_COMPLETE",
      "address 192.168.0.1/24",
      expect.stringMatching(/^verMicrosoft Windows 10\./),
      "code 7",
      'batch ["a b"] [c]',
      "batch code 3",
      String.raw`cwd C:\cygwin64\tmp`,
      ...(withProgram ? [String.raw`args <a b><><"q"><c:\x\><*><a\"b>`] : []),
      String.raw`ssh over ssh C:\cygwin64\home\Administrator `,
      "panther yes",
      "password kept: 0",
      "done",
    ]);
    expect(log).toContain("winvm: SETUP COMPLETE");

    await using again = await startTestMachine({ ...machine, cds: [] }, directory, "again");
    await again.waitFor("winvm: ready", 300_000);
    again.pressPower();
    expect(await again.waitForEnd(60_000)).toContain("winvm: going down: off");
  },
);

test(
  "says what it refuses, and powers off",
  { tags: ["vm"], timeout: 600_000 },
  async (context) => {
    const { iso } = await testReferenceIso(context);
    const directory = temporaryDirectory();
    const media = join(directory, "media");
    mkdirSync(media);
    writeFileSync(
      join(media, "Autounattend.xml"),
      answerXml.replace("<TimeZone>", "<TimeZones>").replace("</TimeZone>", "</TimeZones>"),
    );
    const machine = {
      type: "q35",
      firmware: "bios",
      network: "e1000",
      disk: await createTestDisk(directory),
      cds: [iso, await createTestCd(directory, media)],
    } as const;
    await using running = await startTestMachine(machine, directory, "install");
    expect(await running.waitForEnd(300_000)).toContain(
      "SETUP REFUSED specialize Microsoft-Windows-Shell-Setup/TimeZones: there is no such setting",
    );
  },
);

async function buildArgs(media: string, directory: string): Promise<boolean> {
  if ((await findProgram("x86_64-w64-mingw32-gcc")) === undefined) return false;
  const source = join(directory, "args.c");
  writeFileSync(source, argsSource);
  await runProgram("x86_64-w64-mingw32-gcc", ["-Os", "-o", join(media, "args.exe"), source]);
  return true;
}

async function floppyWithProbe(directory: string, media: string): Promise<string> {
  const file = await createTestFloppy(
    directory,
    join(media, "Autounattend.xml"),
    "Autounattend.xml",
  );
  await runProgram("mcopy", ["-i", file, join(media, "probe.sh"), "::/probe.sh"]);
  return file;
}
