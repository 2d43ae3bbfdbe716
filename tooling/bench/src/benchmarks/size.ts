import type { Benchmark } from "../benchmark.ts";
import { openInstalled } from "../installed.ts";
import { scratchDirectory } from "../scratch.ts";
import { hostOf, startFreshController } from "../original/controller.ts";

/** The controller: how big its image is, how soon a fresh one answers its first command. */
export const size: Benchmark = {
  rounds: 5,
  async open(context) {
    const { controller } = await openInstalled(context);
    const host = await hostOf();
    const boot = async (): Promise<number> => {
      await using stack = new AsyncDisposableStack();
      const directory = await scratchDirectory(stack);
      const started = performance.now();
      const { connection } = await startFreshController(
        { image: controller, host, directory, shares: [] },
        stack,
      );
      const { code } = await connection.exec(["true"]);
      if (code !== 0) throw new Error(`the controller's first command ended with ${code}`);
      return performance.now() - started;
    };
    return [
      {
        name: "controller image",
        unit: "MiB",
        ours: { label: "kernel and initrd", measure: async () => controller.sizeBytes / 2 ** 20 },
        target: { text: "< 60 MiB", met: ({ ours }) => ours < 60 },
      },
      {
        name: "controller boot",
        unit: "ms",
        ours: { label: `to the first SSH answer, ${host.accelerator}`, measure: boot },
        target: { text: "< 4 s", met: ({ ours }) => ours < 4000 },
      },
    ];
  },
};
