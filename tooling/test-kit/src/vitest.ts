import type { ViteUserConfig } from "vitest/config";

/** What every package's tests share: sources instead of builds, and the two tags that start real things. */
export const shared: ViteUserConfig = {
  ssr: { resolve: { conditions: ["@winvm/source", "node", "import", "default"] } },
  test: {
    passWithNoTests: true,
    tags: [
      { name: "host", description: "Starts real host programs.", timeout: 60_000 },
      { name: "vm", description: "Boots a machine.", timeout: 300_000 },
    ],
  },
};
