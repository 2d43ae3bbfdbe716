// Checks everything that would be published, after the build: `pnpm run packages`. One line a package, then the faults.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { tryInForeignProject, type ForeignReport } from "./src/foreign.ts";
import { eachOf } from "./src/programs.ts";
import { packAndCheck } from "./src/tarball.ts";
import { publishablePackages } from "./src/workspace.ts";

const started = performance.now();
const scratch = await mkdtemp(join(tmpdir(), "winvm-packages-"));
try {
  const packages = await publishablePackages();
  const packed = await eachOf(packages, availableParallelism(), (item) =>
    packAndCheck(item, scratch),
  );
  const complete = packed.every(({ tarball }) => tarball !== undefined);
  const foreign: ForeignReport = complete
    ? await tryInForeignProject(packed, join(scratch, "foreign"))
    : { exports: new Map(), faults: new Map([["project", ["not tried: a package is missing"]]]) };
  let faultCount = 0;
  const report: string[] = [];
  for (const { item, files, faults } of packed) {
    const { name, version } = item.manifest;
    const all = [...faults, ...(foreign.faults.get(name) ?? [])];
    const names = foreign.exports.get(name);
    const seen = `${files.length} files, ${names?.length ?? "no"} exports${names?.length ? `: ${names.join(" ")}` : ""}`;
    process.stdout.write(`${all.length === 0 ? "ok  " : "FAIL"} ${name}@${version}  ${seen}\n`);
    faultCount += all.length;
    report.push(...all.map((fault) => `${name}: ${fault}`));
  }
  const ofNone = foreign.faults.get("project") ?? [];
  report.push(...ofNone.map((fault) => `foreign project: ${fault}`));
  faultCount += ofNone.length;
  for (const fault of report) process.stderr.write(`\n${fault}\n`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${packages.length} packages packed, linted, installed elsewhere and used: ${faultCount === 0 ? "no" : faultCount} faults (${seconds} s)\n`,
  );
  process.exitCode = faultCount === 0 ? 0 : 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
