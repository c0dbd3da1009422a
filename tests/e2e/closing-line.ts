/** Ends a run of Playwright as all runs of tests end. */
import { relative } from 'node:path'
import type { FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter'
import { closeRun } from '../support/closing.ts'
import { project } from './machine.ts'

const fileOf = ({ location }: TestCase): string => relative(project, location.file)

const reasonsOf = ({ annotations, results }: TestCase): readonly (string | undefined)[] =>
  [...annotations, ...results.flatMap((result) => result.annotations)]
    .filter(({ type }) => type === 'skip')
    .map(({ description }) => description)

export default class ClosingLine implements Reporter {
  #suite: Suite | undefined
  #errors: string[] = []

  onBegin(_: unknown, suite: Suite): void {
    this.#suite = suite
  }

  onError({ message = '' }: { readonly message?: string }): void {
    this.#errors.push(`an error outside of all tests: ${message.split('\n', 1).join()}`)
  }

  onEnd({ status }: FullResult): void {
    const count = { passed: 0, failed: this.#errors.length, skipped: 0 }
    const failures = [...this.#errors]
    const reasons = new Set<string>()
    const times = new Map<string, number>()
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome()
      if (outcome === 'skipped') count.skipped += 1
      else if (outcome === 'expected' || outcome === 'flaky') count.passed += 1
      else {
        count.failed += 1
        failures.push([fileOf(test), ...test.titlePath().slice(3)].join(' > '))
      }
      for (const reason of reasonsOf(test)) reasons.add(reason ?? 'without a reason')
      const ms = test.results.reduce((sum, { duration }) => sum + duration, 0)
      times.set(fileOf(test), (times.get(fileOf(test)) ?? 0) + ms)
    }
    if (status !== 'passed' && count.failed === 0) {
      count.failed = 1
      failures.push(`the run of the screens ended as "${status}"`)
    }
    closeRun(
      { ...count, failures, reasons: [...reasons] },
      [...times].map(([file, ms]) => ({ file, ms })),
    )
  }

  printsToStdio(): boolean {
    return false
  }
}
