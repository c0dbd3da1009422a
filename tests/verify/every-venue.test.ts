import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { forgeries, misfits, placeOf, rewritten, type Forgery } from '../support/forgeries.ts'
import { wholeHistory, type WholeHistory } from '../support/whole-desk.ts'
import { describeWithPython, runVerifier } from './python.ts'

/** Making the history takes a desk some seconds, and each verdict is a process of its own. */
const timeout = 120_000

const root = mkdtempSync(join(tmpdir(), 'countersign-whole-'))
afterAll(() => rmSync(root, { recursive: true }))

let made: Promise<WholeHistory> | undefined

/** The history, made by the first test that asks for it. */
const whole = (): Promise<WholeHistory> => (made ??= wholeHistory(root))

interface Verdict {
  readonly ok: boolean
  readonly row?: number
  readonly detail?: string
}

/** The verdicts on changed histories, by one process. */
function verdictsOn(changed: readonly Forgery[], lines: readonly string[]): readonly Verdict[] {
  const paths = changed.map((forgery, at) => {
    const path = join(root, `forged-${at}.jsonl`)
    const forged = rewritten(lines, placeOf(lines, forgery), forgery.change)
    writeFileSync(path, forged.map((line) => `${line}\n`).join(''))
    return path
  })
  const { status, stdout, stderr } = runVerifier([...paths, '--json'])
  expect([status, stderr]).toEqual([1, ''])
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict)
}

describeWithPython('the Python verifier, on a history of every venue,', () => {
  it(
    'checks every request, approval, revocation, agent, registration and confirmation of it',
    { timeout },
    async () => {
      const { folder, lines } = await whole()
      const { status, stdout } = runVerifier([folder, '--json'])
      expect({ status, ...(JSON.parse(stdout) as Verdict) }).toMatchObject({
        status: 0,
        rows: lines.length,
        requests: 14,
        checked: {
          digests: 14,
          approvals: 8,
          signatures: 8,
          bodies: 8,
          revocations: 3,
          agents: 2,
          registrations: 2,
          confirmations: 2,
          heads: 58,
          ledgerHeads: 1,
        },
        unchecked: [],
      })
      expect(runVerifier([folder]).stdout).toContain(
        '3 revocations, 2 agents, 2 registrations, 2 confirmations checked',
      )
    },
  )

  it(
    'finds every signature and every signed content that was changed, and tells where',
    { timeout },
    async () => {
      const { lines } = await whole()
      const found = verdictsOn(forgeries, lines)
      expect(found.map(({ ok, row }, at) => [forgeries[at]?.what, ok, row])).toEqual(
        forgeries.map((forgery) => [forgery.what, false, placeOf(lines, forgery) + 1]),
      )
    },
  )

  it('finds what cannot follow from the rows before', { timeout }, async () => {
    const { lines } = await whole()
    const found = verdictsOn(misfits, lines)
    expect(found.map(({ ok }, at) => [misfits[at]?.what, ok])).toEqual(
      misfits.map(({ what }) => [what, false]),
    )
  })
})
