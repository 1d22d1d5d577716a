// The closing line of a test run, `N passed, N failed, N skipped`, alone on its line so that scripts can read it.
import type { Reporter, TestModule } from "vitest/node"

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      const didNotLoad = tests.length === 0 && module.state() === "failed"
      if (didNotLoad) count.failed++
      for (const test of tests) count[test.result().state]++
    }
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`)
  }
}
