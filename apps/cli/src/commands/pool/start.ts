import type { PoolReport } from "@winvm/pipeline";
import type { Fault } from "@winvm/runtime";
import { Option, type Command } from "commander";
import {
  addCommonOptions,
  addStateOptions,
  collect,
  mergedOptions,
} from "../../program/options.ts";
import { poolLine } from "../../render/pools.ts";
import { parseShare } from "../../request/assignments.ts";
import { durationForm, parseDuration } from "../../request/duration.ts";
import { usageError } from "../../request/job-options.ts";
import { mediaRequest, type TypedMediaOptions } from "../../request/media-options.ts";
import { resourceRequest, type TypedResources } from "../../request/resources.ts";
import { openSession } from "../../session/session.ts";
import type { CliContext, CommonOptions, Session } from "../../session/session.ts";
import { runStage } from "../../session/stage-command.ts";
import { startInBackground } from "../../session/background.ts";

interface StartOptions extends CommonOptions, TypedMediaOptions, TypedResources {
  readonly guest?: string;
  readonly from?: string;
  readonly share?: readonly string[];
  readonly rebuild?: boolean;
  readonly size?: string;
  readonly idle?: string;
  readonly foreground?: boolean;
  readonly announce?: boolean;
}

const help = `
A run uses the pool by itself, where guest and shares are the very same; it says --no-pool where it
must not. Each pair serves one run. A pair takes about 100 MiB while it stands still.

Examples:
  winvm pool start --size 4
  winvm run -- cmd /c ver           at once
  winvm pool stop
`;

/** `winvm pool start`. */
export function configureStart(command: Command, context: CliContext): void {
  command.description(
    "Makes the guest first where it is missing, then keeps pairs ready, in a process of its own that goes on in the background until `winvm pool stop`.",
  );
  addStateOptions(command);
  command
    .option(
      "--share <name=dir[:ro]>",
      "give the guests a directory of this host; a run has to name the same (repeatable)",
      collect,
    )
    .option("-n, --size <n>", "how many pairs are to stand ready (default: 2)")
    .option("--idle <time>", "give memory back after this long without a run (default: 15m)")
    .option("--foreground", "stay here until Ctrl-C")
    .addOption(new Option("--announce").hideHelp());
  addCommonOptions(command, { json: "one event a line; the last is the outcome" });
  command.addHelpText("after", help).action(async (_options, self: Command) => {
    const typed: StartOptions = mergedOptions(self);
    // Whoever waits for the first line reads that alone.
    const options: StartOptions = typed.announce === true ? { ...typed, json: false } : typed;
    const request = poolRequest(options);
    using session = openSession(options, { eventsAsJson: true });
    if (options.foreground === true) {
      context.exit(await stayHere(session, context, request, options.announce === true));
      return;
    }
    context.exit(
      await runStage(
        session,
        context,
        async (pipeline) => {
          // What takes long is done, and told, here.
          if (request.from === undefined) await pipeline.suspend(request, session.options);
          session.reporter.clear();
          return startInBackground<PoolReport>(
            [...process.argv.slice(2), "--foreground", "--announce", "--quiet"],
            session.signal,
          );
        },
        (report) => ({ outcome: { kind: "started", pool: report }, line: poolLine(report) }),
      ),
    );
  });
}

type Request = Parameters<Awaited<ReturnType<CliContext["loadPipeline"]>>["openPool"]>[0];

async function stayHere(
  session: Session,
  context: CliContext,
  request: Request,
  announce: boolean,
): Promise<number> {
  return runStage(
    session,
    context,
    async (pipeline) => {
      await using pool = await pipeline.openPool(request, session.options);
      const report = await pool.report();
      session.reporter.clear();
      if (announce) await session.stdout.write(`${JSON.stringify(report)}\n`);
      else if (!session.json) await session.stdout.write(`${poolLine(report)}\n`);
      await pool.stopped;
      return pool.report();
    },
    ({ served }) => ({
      outcome: { kind: "stopped", served },
      line: `stopped after ${served} ${served === 1 ? "job" : "jobs"}`,
    }),
  );
}

/** The request of the options. @throws CliError `CLI_USAGE` with all faults. Pure but for the paths. */
function poolRequest(options: StartOptions): Request {
  const faults: Fault[] = [];
  const shares = (options.share ?? []).flatMap((text) => {
    const share = parseShare(text, process.cwd());
    if (share === undefined)
      faults.push({ path: "--share", expected: "NAME=DIR or NAME=DIR:ro", value: text });
    return share ?? [];
  });
  const { size = "2", idle = "15m" } = options;
  if (!/^([1-9]|[1-5]\d|6[0-4])$/.test(size))
    faults.push({ path: "--size", expected: "1 to 64", value: size });
  const idleMs = parseDuration(idle);
  if (idleMs === undefined || idleMs <= 0 || idleMs > 2 ** 31 - 1)
    faults.push({ path: "--idle", expected: `${durationForm}; 24 days at most`, value: idle });
  const resources = resourceRequest(options, faults);
  if (faults.length > 0 || idleMs === undefined) throw usageError("pool start", faults);
  return {
    guest: options.guest,
    from: options.from,
    ...mediaRequest(options, process.cwd()),
    ...resources,
    // In the background it has been done: see above.
    rebuild: options.rebuild === true && !(options.announce === true && options.from === undefined),
    shares,
    size: Number(size),
    idleMs,
  };
}
