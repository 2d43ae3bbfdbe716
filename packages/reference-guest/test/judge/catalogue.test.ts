import { answerFile, findGuest, guestFor, listGuests } from "@winvm/unattend";
import { expect, test } from "vitest";
import { judgeAnswerFile } from "../../src/index.ts";

const variants = listGuests().flatMap((guest) =>
  guest.architectures.flatMap((architecture) =>
    guestFor(guest, architecture).firmwares.map((firmware) => ({
      name: guest.name,
      architecture,
      firmware,
    })),
  ),
);

test.each(variants)(
  "takes winvm's answer file for $name, $architecture, $firmware",
  ({ name, architecture, firmware }) => {
    const guest = guestFor(findGuest(name), architecture);
    const file = answerFile(guest, {
      administratorPassword: "secret-Word1",
      architecture,
      firmware,
      ...(guest.dialect === "sif" && { productKey: "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE" }),
    });
    const { judgement, plan } = judgeAnswerFile(file.fileName, file.bytes, {
      system: { title: guest.title, version: guest.version, kind: guest.kind },
      architecture,
      firmware,
      disks: 1,
    });
    const others = judgement.settings.filter(({ verdict }) => verdict !== "obeyed");
    expect(others.filter(({ verdict }) => verdict === "refused")).toEqual([]);
    expect(judgement.unplayable).toEqual([]);
    expect(others.length).toBeLessThan(3);
    expect(plan?.computerName).toBe("WINVM");
  },
);
