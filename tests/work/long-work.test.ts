import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../electron/store/database.ts'
import { databaseName, openStore } from '../../electron/store/open-store.ts'
import { runJob, type Follow } from '../../electron/work/run.ts'
import { makeBigDesk, rowsOfLife } from '../support/big-desk.ts'
import { must, openDesk, signed } from '../support/desk.ts'
import { fault } from '../support/proven.ts'
import { submit } from '../support/as-shown.ts'

/** Enough for the work to tell how far it is; COUNTERSIGN_HISTORY asks for more. */
const requests = Number(process.env['COUNTERSIGN_HISTORY'] ?? 1500)

const root = mkdtempSync(join(tmpdir(), 'countersign-work-'))
const dir = join(root, 'desk')
const database = join(dir, databaseName)

beforeAll(() => makeBigDesk(dir, { requests }), 600_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Follows work and stops it once it told that it is under way. */
function stopUnderWay(): { readonly follow: Follow; readonly shares: readonly number[] } {
  const stopping = new AbortController()
  const shares: number[] = []
  const onShare = (share: number): void => {
    shares.push(share)
    stopping.abort()
  }
  return { follow: { signal: stopping.signal, onShare }, shares }
}

describe('work in a worker', () => {
  it('gives what it gives in the process itself, and tells on the way how far it is', async () => {
    const shares: number[] = []
    const proof = must(
      await runJob('verify', { file: database, options: {} }, { onShare: (share) => shares.push(share) }),
    )
    expect(proof).toMatchObject({
      count: 2 + requests * rowsOfLife,
      heads: requests + 1,
      signatures: requests,
    })
    expect(shares.length).toBeGreaterThan(0)
    expect(shares.toSorted((a, b) => a - b)).toEqual(shares)
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true)
  })

  it('says where a history does not verify, as an error of the catalogue', async () => {
    const file = join(root, 'cut.jsonl')
    writeFileSync(file, 'no row\n')
    const verdict = await runJob('verify', { file, options: {} })
    expect(verdict).toMatchObject({ ok: false, error: { code: 'history.broken' }, flaw: { row: 1 } })
  })

  it('is stopped before it begins where nobody waits for it any more', async () => {
    const verdict = await runJob('verify', { file: database, options: {} }, { signal: AbortSignal.abort() })
    expect(verdict).toMatchObject({ ok: false, error: { code: 'program.stopped', outcome: 'not-sent' } })
  })
})

fault(
  'load',
  'verifying is stopped on its way',
  'it ends with program.stopped, and the next one runs',
  2,
  async () => {
    const { follow, shares } = stopUnderWay()
    const verdict = await runJob('verify', { file: database, options: {} }, follow)
    expect(verdict).toMatchObject({ ok: false, error: { code: 'program.stopped' } })
    expect(shares.at(-1)).toBeLessThan(1)
    must(await runJob('verify', { file: database, options: {} }))
  },
)

fault('load', 'a backup is stopped on its way', 'no file of it is left', 2, async () => {
  const store = must(await openStore({ dir, mode: 'practice' }))
  const { follow } = stopUnderWay()
  const made = await store.backup(join(root, 'copy.db'), follow)
  await store.close()
  expect(made).toMatchObject({ ok: false, error: { code: 'program.stopped' } })
  expect(readdirSync(root).filter((name) => name.startsWith('copy'))).toEqual([])
})

/** Verifies again and again until it is told that this is enough, so that there is no moment without. */
async function verifyUntil(enough: () => boolean, begun: () => void): Promise<number> {
  let times = 0
  while (!enough()) {
    must(await runJob('verify', { file: database, options: {} }, { onShare: begun }))
    times += 1
  }
  return times
}

fault(
  'load',
  'a request is sent while a large history is verified',
  'it is applied, and its lease is not lost',
  1,
  async () => {
    const desk = await openDesk()
    await desk.account()
    const id = await signed(desk)
    let settled = false
    let begin: () => void = () => undefined
    const begun = new Promise<void>((resolve) => (begin = resolve))
    const verifying = verifyUntil(() => settled, begin)
    await begun
    const outcome = must(await submit(desk.ports, id))
    settled = true
    expect(outcome).toMatchObject({ failure: null, stored: { state: 'applied' } })
    expect(await verifying).toBeGreaterThan(0)
    const { raw, close } = must(await openDatabase(desk.ports.store.path, 'practice', Date.now))
    // Taken once to sign and once to send: one that was lost would have been taken once more.
    expect(raw.prepare('SELECT token FROM leases').pluck().all()).toEqual([2])
    await close()
  },
)
