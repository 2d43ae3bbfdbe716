import { defineConfig, mergeConfig } from "vitest/config";
import { shared } from "@winvm/test-kit/vitest";

export default mergeConfig(shared, defineConfig({ test: { name: "@winvm/bench" } }));
