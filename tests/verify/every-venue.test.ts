import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { forgeries, misfits, placeOf, rewritten } from '../support/forgeries.ts'
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

function verdictOn(lines: readonly string[]): Verdict & { readonly status: number | null } {
  const path = join(root, 'forged.jsonl')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  const { status, stdout, stderr } = runVerifier([path, '--json'])
  if (stdout === '') throw new Error(stderr)
  return { status, ...(JSON.parse(stdout) as Verdict) }
}

describeWithPython('the Python verifier, on a history of every venue,', () => {
  it('checks every request, approval, revocation, agent and registration of it', { timeout }, async () => {
    const { folder, lines } = await whole()
    const { status, stdout } = runVerifier([folder, '--json'])
    expect({ status, ...(JSON.parse(stdout) as Verdict) }).toMatchObject({
      status: 0,
      rows: lines.length,
      requests: 11,
      checked: {
        digests: 11,
        approvals: 7,
        signatures: 6,
        bodies: 8,
        revocations: 1,
        agents: 2,
        registrations: 2,
        heads: 2,
        ledgerHeads: 1,
      },
      unchecked: [],
    })
    expect(runVerifier([folder]).stdout).toContain('1 revocations, 2 agents, 2 registrations checked')
  })

  it(
    'finds every signature and every signed content that was changed, and tells where',
    { timeout },
    async () => {
      const { lines } = await whole()
      for (const forgery of forgeries) {
        const place = placeOf(lines, forgery)
        const found = verdictOn(rewritten(lines, place, forgery.change))
        expect([forgery.what, found.status, found.row]).toEqual([forgery.what, 1, place + 1])
      }
    },
  )

  it('finds what cannot follow from the rows before', { timeout }, async () => {
    const { lines } = await whole()
    for (const forgery of misfits) {
      const found = verdictOn(rewritten(lines, placeOf(lines, forgery), forgery.change))
      expect([forgery.what, found.ok, found.status]).toEqual([forgery.what, false, 1])
    }
  })
})
