import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory, testStore } from "@winvm/test-kit";
import { findGuest, guestFor, listGuests } from "@winvm/unattend";
import { expect, test } from "vitest";
import { answerFor, rehearse } from "../../src/index.ts";

// Not stood for by a limit: how long one takes is told by the report, and depends on what else the machine does.
const timeout = 15 * 60_000;

test(
  "an answer file whose command has the machine started again is played to its end",
  { tags: ["vm"], timeout },
  async () => {
    const { text } = await answerFor({ guest: "7" });
    const answerFile = join(temporaryDirectory(), "Autounattend.xml");
    writeFileSync(answerFile, text.replace("<WillReboot>OnRequest<", "<WillReboot>Always<"));
    const report = await rehearse({ guest: "7", answerFile }, { store: testStore() });
    const restarts = findGuest("7").setup.reboots + 1;
    expect(report).toMatchObject({ verdict: "green", restarts });
  },
);

test(
  "a plan that is too long to be handed over is made by the guest itself",
  { tags: ["vm"], timeout },
  async () => {
    const commands = Array.from(
      { length: 120 },
      () => `bash -c ": ${randomBytes(700).toString("base64url")}"`,
    );
    const lines: string[] = [];
    const report = await rehearse(
      { guest: "7", commands },
      {
        store: testStore(),
        onEvent: (event) => {
          if (event.type === "log") lines.push(event.line);
        },
      },
    );
    expect(report).toMatchObject({ verdict: "green" });
    expect(report.commands.length).toBeGreaterThan(120);
    const judged = lines.filter((line) => line.startsWith("SETUP JUDGED"));
    expect(judged).toEqual([expect.stringContaining('"verdict":"accepted"')]);
  },
);

const machines = listGuests().flatMap(({ name, architectures }) =>
  architectures.map((architecture) => ({ name, architecture })),
);

test.each(machines)(
  "the installation of $name ($architecture) is played to its end",
  { tags: ["vm"], timeout },
  async ({ name, architecture }) => {
    const guest = guestFor(findGuest(name), architecture);
    const report = await rehearse({ guest: name, architecture }, { store: testStore() });
    expect(report).toMatchObject({
      guest: name,
      architecture,
      verdict: "green",
      answer: { medium: guest.answerMedium, source: "winvm" },
      judgement: { verdict: "accepted", counts: { refused: 0 } },
      machine: {
        type: guest.hardware.machine,
        firmware: guest.firmware,
        disk: guest.hardware.diskBus,
        network: guest.hardware.nic,
      },
      restarts: guest.setup.reboots,
    });
    const shorter = report.deviations.filter((text) =>
      text.startsWith("Setup's first restart goes"),
    );
    expect(shorter).toHaveLength(guest.setup.reboots > 1 ? 1 : 0);
    expect(report.commands.length).toBeGreaterThan(0);
    expect(report.commands.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    // Nothing is kept.
    const runs = join(testStore(), "runs");
    const left = existsSync(runs) ? readdirSync(runs) : [];
    expect(left.filter((id) => id.startsWith("rehearse-"))).toEqual([]);
  },
);
