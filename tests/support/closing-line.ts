/** Ends a run of vitest as all runs of tests end. */
import type { Reporter, TestModule } from 'vitest/node'
import { closeRun, type RunOutcome } from './closing.ts'

const durationOf = (module: TestModule): number => {
  const { collectDuration, duration, prepareDuration, environmentSetupDuration, setupDuration } =
    module.diagnostic()
  return collectDuration + duration + prepareDuration + environmentSetupDuration + setupDuration
}

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    const failures = errors.map((error) => `an error outside of all tests: ${String(error)}`)
    for (const module of modules) {
      const broken = module.errors().length
      count.failed += broken
      if (broken > 0) failures.push(module.relativeModuleId)
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== 'pending') count[state] += 1
        if (state === 'failed') failures.push(`${module.relativeModuleId} > ${test.fullName}`)
      }
    }
    const outcome: RunOutcome = { ...count, failures, reasons: [] }
    const times = modules.map((module) => ({ file: module.relativeModuleId, ms: durationOf(module) }))
    closeRun(outcome, times)
  }
}
