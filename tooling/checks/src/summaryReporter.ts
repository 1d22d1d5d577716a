// The end of a test run: one line for each suite or test that was skipped, since what it needs is not on this machine, and the
// closing line, `N passed, N failed, N skipped`, alone on its line so that scripts can read it.
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from "vitest/node"

const tests = (of: TestModule | TestSuite | TestCase): ReadonlyArray<TestCase> =>
  of.type === "test" ? [of] : [...of.children.allTests()]

const isSkipped = (one: TestSuite | TestCase): boolean => tests(one).every((it) => it.result().state === "skipped")

/** The outermost suites and tests of which nothing ran. */
const skippedIn = (of: TestModule | TestSuite): ReadonlyArray<TestSuite | TestCase> =>
  [...of.children].flatMap((it) => (isSkipped(it) ? [it] : it.type === "suite" ? skippedIn(it) : []))

export default class SummaryReporter implements Reporter {
  /** Whether tests were chosen by name: then most are skipped, and a line for each would tell nothing. */
  #chosen = false

  onInit(vitest: Vitest): void {
    this.#chosen = vitest.config.testNamePattern !== undefined
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    const lines = []
    for (const module of modules) {
      const didNotLoad = tests(module).length === 0 && module.state() === "failed"
      if (didNotLoad) count.failed++
      for (const test of tests(module)) count[test.result().state]++
      if (!this.#chosen)
        lines.push(...skippedIn(module).map((it) => `skipped: ${module.relativeModuleId}: ${it.name}\n`))
    }
    process.stdout.write(
      `\n${lines.join("")}${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`,
    )
  }
}
