/** Ends a run with the one line that every tool can read: `N passed, N failed, N skipped`. */
import type { FullResult, Reporter, Suite } from '@playwright/test/reporter'

export default class ClosingLine implements Reporter {
  #suite: Suite | undefined
  #errors = 0

  onBegin(_: unknown, suite: Suite): void {
    this.#suite = suite
  }

  onError(): void {
    this.#errors += 1
  }

  onEnd({ status }: FullResult): void {
    const count = { passed: 0, failed: 0, skipped: 0 }
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome()
      if (outcome === 'skipped') count.skipped += 1
      else if (outcome === 'expected' || outcome === 'flaky') count.passed += 1
      else count.failed += 1
    }
    if (status !== 'passed' && count.failed === 0) count.failed = Math.max(1, this.#errors)
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`)
  }

  printsToStdio(): boolean {
    return false
  }
}
