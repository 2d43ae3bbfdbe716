import { readSignedSetupIniFile, resolveCygwin } from "@winvm/unattend";
import type { CygwinPlan } from "@winvm/unattend";
import { Option } from "commander";
import type { Command } from "commander";
import { resolve } from "node:path";
import { addCommonOptions, collect, mergedOptions } from "../../program/options.ts";
import { formatSize } from "../../render/format.ts";
import { formatTable } from "../../render/table.ts";
import { answerAlone } from "../../session/answer-command.ts";
import type { CliContext, CommonOptions } from "../../session/session.ts";

interface ResolveOptions extends CommonOptions {
  readonly setupIni: string;
  readonly keyring?: string;
  readonly category?: readonly string[];
  readonly package?: readonly string[];
  readonly names?: boolean;
}

/** `winvm cygwin resolve`. */
export function configureResolve(command: Command, context: CliContext): void {
  command
    .description(
      "Tells which packages are installed for a request, with all that they need; without a request, those of the category Base.",
    )
    .requiredOption("--setup-ini <file>", "the mirror's index: setup.ini or setup.zst");
  addChoiceOptions(command, "Base, where no package is named")
    .addOption(keyringOption())
    .option("--names", "only the names, one a line");
  addCommonOptions(command, { json: "the whole plan as an object" });
  command.action((_options, self: Command) => {
    const options = mergedOptions(self) as ResolveOptions;
    return answerAlone(options, context, async ({ signal }) => {
      const keyring = options.keyring === undefined ? undefined : resolve(options.keyring);
      const file = resolve(options.setupIni);
      const { index, signature } = await readSignedSetupIniFile(file, { keyring, signal });
      const plan = resolveCygwin(index, {
        categories: options.category,
        packages: options.package,
      });
      const value = { ...plan, signature };
      return { value, text: options.names === true ? names(plan) : table(plan) };
    });
  });
}

/** The option that has the index's signature checked. */
export function keyringOption(): Option {
  return new Option(
    "--keyring <file>",
    "public keys that you trust: refuse an index without a good signature by one of them (needs gpgv)",
  );
}

/** The options that say what is wanted. */
export function addChoiceOptions(command: Command, byDefault: string): Command {
  return command
    .option(
      "--category <name>",
      `all packages of a category (repeatable; default: ${byDefault})`,
      collect,
    )
    .option(
      "--package <name>",
      "a package: NAME, NAME=VERSION, NAME=prev or NAME=test (repeatable)",
      collect,
    );
}

function names({ packages }: CygwinPlan): string {
  return packages.map(({ name }) => `${name}\n`).join("");
}

function table({ packages }: CygwinPlan): string {
  const rows = packages.map(({ name, version, size, path }) => [
    name,
    version,
    formatSize(size),
    path,
  ]);
  const bytes = packages.reduce((sum, { size }) => sum + size, 0);
  const sum = `${packages.length} packages, ${formatSize(bytes)}\n`;
  return formatTable([["NAME", "VERSION", "SIZE", "FILE"], ...rows], [2]) + sum;
}
