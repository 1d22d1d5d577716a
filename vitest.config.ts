import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import type { TestSpecification } from "vitest/node"
import { BaseSequencer } from "vitest/node"

/** Small files whose tests take long. On a clean checkout Vitest knows no durations and begins with the largest files, these last. */
const slow =
  /(?:create-rollcall-connector\/test\/create|killAndResume|slack-[a-z-]+\/test\/contract|sweep[A-Z][a-zA-Z]+|writing\/(?:kill|parents)|review\/test\/killed|thousandTasks|cloneBundle|drill)\.test\.ts$/u

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    // oxlint-disable-next-line no-array-sort -- it is Vitest's, which gives a new array.
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => Number(slow.test(b.moduleId)) - Number(slow.test(a.moduleId)))
  }
}

export default defineConfig({
  test: {
    reporters: ["default", "./tooling/checks/src/summaryReporter.ts"],
    include: ["{packages/*,apps,examples,tooling}/*/test/**/*.test.ts"],
    globalSetup: "./tooling/test-kit/src/bundles/serveBundles.ts",
    testTimeout: 120_000,
    // Vitest leaves a core free; on two that is half of them, while most tests wait for processes and servers of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Files share the modules of their worker: loading them again for each took most of the time of the many short files. So a test puts
    // back what it changes in the process, such as a variable of the environment.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
})
