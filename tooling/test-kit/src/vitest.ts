import type { ViteUserConfig } from "vitest/config";

/** What every package's tests share: sources instead of builds, and the two tags that start real things. */
export const shared: ViteUserConfig = {
  ssr: { resolve: { conditions: ["@winvm/source", "node", "import", "default"] } },
  test: {
    passWithNoTests: true,
    // Only what hangs is to end by it, on the slowest host too. A tag has none: it would go before that of a suite.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    tags: [
      { name: "host", description: "Starts real host programs." },
      { name: "vm", description: "Boots a machine." },
    ],
  },
};
