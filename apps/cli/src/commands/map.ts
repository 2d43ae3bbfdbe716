import type { Command } from "commander";
import { planMap, type TypedMapOptions } from "../map/plan-map.ts";
import { runMap } from "../map/run-map.ts";
import { addCommonOptions, addJobOptions, mergedOptions } from "../program/options.ts";
import { shells } from "../request/job-options.ts";
import { openSession } from "../session/session.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

const help = `
Each item is run in a clone of its own. The items are lines of standard input, of -a FILE, of the
files behind ::::, or what stands behind ::: on the command line. Of several lists, each ::: and each
file behind :::: is one, all combinations are items. In the command, and in --in, --cwd, --env,
--share and --out:

  {}    the item               {/}   without directories       {#}  its number, from 1
  {.}   without its ending     {//}  its directory             {%}  its slot, 1 to --jobs
  {2}   the second list's      {/.}  neither directories nor ending
        value; {2.} {2/} …

Without any of them outside --out the item becomes the last argument. Of several lists {} is all
values: an argument each, or with spaces where it is part of one. Of a single list {1} and {2} are
left as they are, as is any number that no list has. In the text of -c and --script nothing is
replaced: the item is an argument ($1, %1, $args[0]). --out DIR is DIR/{#} unless it says otherwise;
there an item becomes one name, what no name may hold as %2F.

An item whose machines failed is run again (--retries), with fewer at once where memory was short;
one whose command failed is not. With --line-buffer and --ungroup what a failed attempt has printed
stays. Without --jobs as many run as there are cores, fewer where memory does not suffice; before
each start memory is looked at again.

Examples:
  ls tests/*.exe | winvm map --in tests -- cmd /c {/}
  winvm map -j 8 -k --tag --timeout 2m -- ./test.exe --shard {} ::: 1 2 3 4 5 6 7 8
  find . -name '*.sln' -print0 | winvm map -0 --in {//} --out dist/{/.} -- msbuild {/}
  winvm map -- test.exe --mode {1} --seed {2} ::: fast safe :::: seeds.txt
  winvm map -a tests.txt --junit report.xml --joblog jobs.tsv -- ./run-test.cmd

Exit status: how many items failed, 101 for more than 100; with --fail-fast that of the first that
failed; 125 when winvm itself fails, 130 after Ctrl-C.
`;

/** `winvm map`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description("Runs a command for each item of a list, each in a throw-away clone of a guest.")
    .usage("[options] [--] COMMAND [ARGUMENTS…] [::: ITEMS…]… [:::: FILES…]…")
    .argument("[command...]", "the command and its arguments, then the items")
    .passThroughOptions()
    .option("-j, --jobs <n>", "most clones at once (default: one a core, as memory allows)")
    .option("-a, --arg-file <file>", "take the items from a file; - is standard input")
    .option("-0, --null", "items end with NUL, not with a newline")
    .option("-k, --keep-order", "tell the outputs in the order of the items")
    .option("--tag", "put the item and a tab before each line of its output")
    .option("--group", "tell an item's output when it ends (default)")
    .option("--line-buffer", "tell each line when it is whole")
    .option("-u, --ungroup", "tell all as it comes")
    .option("--fail-fast", "end all after the first failure, as --halt now,fail=1")
    .option("--halt <when>", "as GNU parallel: now,fail=1; soon,fail=1 starts no more; never")
    .option("--retries <n>", "run an item again whose machines failed (default: 2)")
    .option("--joblog <file>", "write a line for each item that ended, as GNU parallel does")
    .option("--junit <file>", "merge the JUnit and TRX files in WINVM_OUT of all items")
    .option("--dry-run", "print the commands, run nothing");
  addJobOptions(command);
  command
    .option(
      "-t, --timeout <time>",
      "end an item's command after 500ms, 30s, 5m, 1h or plain seconds",
    )
    .option("--shell <name>", `which shell runs the text: ${shells.join(", ")}`)
    .option("-c <text>", "run a text instead of a program; the item is its argument")
    .option("--script <file>", "run a script of this host; the item is its argument");
  addCommonOptions(command, {
    json: "one event a line with the item's number; the last is the summary",
  });
  command.addHelpText("after", help).action(async (operands: string[], _options, self: Command) => {
    const options: TypedMapOptions & CommonOptions = mergedOptions(self);
    const plan = planMap(operands, options, {
      env: process.env,
      workingDirectory: process.cwd(),
    });
    using session = openSession(options, { eventsAsJson: true });
    context.exit(await runMap(plan, session, context));
  });
}
