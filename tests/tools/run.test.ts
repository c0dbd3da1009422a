import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import type { RunOutcome } from '../support/closing.ts'

const runner = fileURLToPath(new URL('../run.ts', import.meta.url))
const good: RunOutcome = { passed: 2, failed: 0, skipped: 1, failures: [], reasons: [] }

/** A part that says what it came to, and ends with a status. */
const part = (outcome: RunOutcome | null, status: number): string => {
  const told = outcome
    ? `require('fs').writeFileSync(process.env.COUNTERSIGN_TEST_OUTCOMES, process.argv[1])`
    : ''
  const file = `${told};console.log('ran');process.exit(${status})`
  return `node -e ${JSON.stringify(file)} ${JSON.stringify(JSON.stringify(outcome))}`
}

/** Runs `npm test` of a project whose parts are these. */
function npmTest(unit: string, screens: string) {
  const root = mkdtempSync(join(tmpdir(), 'countersign-run-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const scripts = { 'test:unit': unit, 'test:e2e': screens }
  writeFileSync(join(root, 'package.json'), JSON.stringify({ scripts }))
  const { status, stdout } = spawnSync(process.execPath, [runner], { cwd: root, encoding: 'utf8' })
  const lines = stdout.trimEnd().split('\n')
  return { status, lines, last: lines.at(-1), runs: lines.filter((line) => line === 'ran').length }
}

it('adds both parts up in its last line', () => {
  const screens = { ...good, reasons: ['no Electron runtime is here'] }
  const { status, lines, last } = npmTest(part(good, 0), part(screens, 0))
  expect([status, last]).toEqual([0, '4 passed, 0 failed, 2 skipped'])
  expect(lines).toContain('skipped: no Electron runtime is here')
})

it('goes on to the screens where a unit test fails, and names what failed in each', () => {
  const unit = { ...good, failed: 1, failures: ['tests/a.test.ts > adds'] }
  const screens = { ...good, failed: 2, failures: ['tests/e2e/b.spec.ts > opens', 'c'] }
  const { status, lines, last, runs } = npmTest(part(unit, 1), part(screens, 1))
  expect([status, runs, last]).toEqual([1, 2, '4 passed, 3 failed, 2 skipped'])
  expect(lines).toContain('failed: tests/a.test.ts > adds')
  expect(lines).toContain('failed: tests/e2e/b.spec.ts > opens')
})

it('takes a part for failed that ended before its closing line, or badly after it', () => {
  const silent = npmTest(part(null, 0), part(good, 0))
  expect([silent.status, silent.last]).toEqual([1, '2 passed, 1 failed, 1 skipped'])
  expect(silent.lines).toContain('failed: test:unit ended with 0, before its closing line')
  const late = npmTest(part(good, 0), part(good, 3))
  expect([late.status, late.last]).toEqual([1, '4 passed, 1 failed, 2 skipped'])
  expect(late.lines).toContain('failed: test:e2e ended with 3, although no test failed')
})
