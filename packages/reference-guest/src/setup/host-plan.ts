import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { fileEntry, writeCpio } from "@winvm/debian-image";
import { openAnswer } from "./answer/open.ts";
import { searchOrder } from "./find-answer.ts";
import { startsSetup } from "./judge/starts-setup.ts";
import type { SetupPlan } from "./plan/plan.ts";
import { renderPlan } from "./render-plan.ts";
import type { RehearsalOrder } from "./systems/rehearsal.ts";

/** The name under which a plan lies in QEMU's firmware configuration. */
export const HOST_PLAN_NAME = "opt/winvm/plan";

/** Linux takes no longer argument of a program (execve(2): MAX_ARG_STRLEN, 128 KiB). */
const longest = 100_000;

/** What the guest says of an answer file that it finds and that the host has read: its hash. */
export function answerHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * A plan for the guest that was made here, by the same code, so that it need not start Node for it, which takes an emulated
 * machine three seconds. It is taken where the first answer file that the guest finds has these bytes. Three lines: the hash of the
 * file; where to look, as drives and patterns for names; the plan's files as a packed archive.
 *
 * @returns `undefined` where it would be too long, or where Setup passes over the file: the guest reads what it finds by itself
 *   then.
 */
export async function writeHostPlan(
  order: RehearsalOrder,
  file: { readonly fileName: string; readonly bytes: Uint8Array },
  plan: SetupPlan,
): Promise<string | undefined> {
  if (!startsSetup(openAnswer(file.fileName, file.bytes))) return undefined;
  const files = { rehearsal: `${order.restarts}\n`, ...renderPlan(plan) };
  const entries = Object.entries(files).map(([path, content]) => fileEntry(path, content));
  const archive = gzipSync(await writeCpio(entries)).toString("base64");
  const search = searchOrder(order.system).map(({ drives, name }) => {
    // Only a pattern is found in any case.
    const pattern = name.replaceAll(/(?<=^|\/)./g, "[$&]");
    return `${drives === "writable" ? "a" : "d,e,f,g,h,i,j,k,l"}:${pattern}`;
  });
  const text = `${[answerHash(file.bytes), search.join(" "), archive].join("\n")}\n`;
  return text.length > longest ? undefined : text;
}
