import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "tooling/bench", "tooling/release"],
    passWithNoTests: true,
    reporters: ["default", "./tooling/test-kit/src/closing-line.ts"],
    // Two cores carry one pair of emulated machines at a time.
    fileParallelism: false,
  },
});
