// Checks everything that would be published, after the build: `pnpm run packages`. One line a package, then the faults.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { tryInForeignProject } from "./src/foreign.ts";
import { eachOf } from "./src/programs.ts";
import { checkTarball, pack } from "./src/tarball.ts";
import { publishablePackages } from "./src/workspace.ts";

const started = performance.now();
const scratch = await mkdtemp(join(tmpdir(), "winvm-packages-"));
try {
  const packages = await publishablePackages();
  const packed = await eachOf(packages, availableParallelism(), (item) => pack(item, scratch));
  const [contents, foreign] = await Promise.all([
    eachOf(packed, availableParallelism(), checkTarball),
    tryInForeignProject(packed, join(scratch, "foreign")),
  ]);
  let faultCount = 0;
  const report: string[] = [];
  for (const [index, { item }] of packed.entries()) {
    const { name, version } = item.manifest;
    const { files, faults } = contents[index] ?? { files: [], faults: ["it was not checked"] };
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
