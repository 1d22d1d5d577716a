import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    reporters: ["default", "./tooling/checks/src/summaryReporter.ts"],
    include: ["{packages,apps,tooling}/*/test/**/*.test.ts"],
    testTimeout: 60_000,
  },
})
