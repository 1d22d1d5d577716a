import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    reporters: ["default", "./tooling/checks/src/summaryReporter.ts"],
    include: ["{packages/*,apps,examples,tooling}/*/test/**/*.test.ts"],
    globalSetup: "./tooling/test-kit/src/bundles/serveBundles.ts",
    testTimeout: 60_000,
    // Vitest leaves a core free; on two that is half of them, while most tests wait for processes and servers of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
