import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { timeText } from '../../shared/deadline.ts'
import { rulesOf, venueIds } from '../../shared/venues/registry.ts'
import { approveAgent } from '../../electron/desk/approve-agent.ts'
import { prepareRevocation } from '../../electron/desk/prepare-revocation.ts'
import { permitReading } from '../../electron/desk/read-permit.ts'
import { revoke } from '../../electron/desk/revoke.ts'
import { submit } from '../support/as-shown.ts'
import { withdraw } from '../../electron/desk/withdraw.ts'
import { exportFolder } from '../../electron/export/folder.ts'
import { readHistory } from '../../electron/export/read-history.ts'
import { requestSheet } from '../../electron/export/request-sheet.ts'
import { sheetContent } from '../../electron/export/sheet-content.ts'
import { toldRequest, withheld } from '../../electron/export/told-request.ts'
import { backUpAway } from '../../electron/store/backup-away.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { appliedIn, changeOf, deskCases, openDeskAt, signedAt } from '../conformance/desk-cases.ts'
import { failureOf } from '../store/support.ts'
import { must } from '../support/desk.ts'
import { attack } from '../support/proven.ts'
import { runVerifier } from '../verify/python.ts'

const day = 86_400_000
const byLedger = venueIds.filter((venue) => rulesOf(venue).signedBy === 'device')

/** Everything that a folder holds, as one text. */
const contentOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('')

attack(
  'export',
  'takes a signature that was not sent yet out of an export, at each of the six venues',
  'the export ends before it, is whole and verifies; what an API key venue would need is in no row at all',
  async () => {
    for (const venue of venueIds) {
      const desk = await openDeskAt(venue)
      const { store } = desk.ports
      const id = await signedAt(desk, changeOf(deskCases[venue]))
      const { signature } = must(await store.requests.get(id))
      const folder = join(desk.dir, 'audit')
      const facts = must(await exportFolder(store, folder))
      if (rulesOf(venue).signedBy === 'device') {
        expect(contentOf(folder), venue).not.toContain(signature?.slice(2, 66))
        expect(facts.usable, venue).toEqual([
          expect.objectContaining({ what: 'request', requestId: id, row: facts.rows + 1 }),
        ])
        expect(facts.waiting).toBeGreaterThan(0)
      } else expect(facts, venue).toMatchObject({ usable: [], waiting: 0 })
      expect(must(await verifyHistoryFile(folder)), venue).toMatchObject({
        source: 'folder',
        count: facts.rows,
        headAt: facts.rows,
      })
      const python = runVerifier([folder])
      expect([venue, python.status]).toEqual([venue, 0])
      expect(appliedIn(desk.venue.state)).toBe(0)
    }
  },
)

describe.each(byLedger)('an export with a request signed at %s', (venue) => {
  it('has it where the person says so, and once it was applied, revoked or is over', async () => {
    const change = changeOf(deskCases[venue])
    const desk = await openDeskAt(venue)
    const { store } = desk.ports
    const waiting = async (withUsable = false) => {
      const folder = join(desk.dir, desk.ports.newId())
      const facts = must(await exportFolder(store, folder, { withUsable }))
      must(await verifyHistoryFile(folder))
      return [facts.waiting > 0, facts.usable.map(({ what }) => what)]
    }
    const applied = await signedAt(desk, change)
    expect(await waiting()).toEqual([true, ['request']])
    expect(await waiting(true)).toEqual([false, ['request']])
    must(await submit(desk.ports, applied))
    expect(await waiting()).toEqual([false, []])

    const back = changeOf(deskCases[venue], deskCases[venue].from)
    const id = await signedAt(desk, back)
    desk.venue.failNext('resetBeforeApply')
    const now = must(await prepareRevocation(desk.ports, id))
    const terms = now.kind === 'prepared' ? now.terms : null
    must(await revoke(desk.ports, id, terms))
    expect(await waiting()).toEqual([true, ['request', 'revocation']])
    must(await revoke(desk.ports, id, terms))
    expect(await waiting()).toEqual([false, []])

    must(await withdraw(desk.ports, await signedAt(desk, back)))
    expect(await waiting()).toEqual([true, ['request']])
    desk.moveClocks(3 * day)
    expect(await waiting()).toEqual([false, []])
  })
})

it('an approval of an agent waits until the venue is known to have taken it', async () => {
  const desk = await openDeskAt('hyperliquid')
  const agent = {
    account: 'treasury',
    agent: `0x${'5e'.repeat(20)}`,
    name: 'desk',
    validUntil: null,
    replace: false,
  }
  desk.venue.failNext('resetBeforeApply')
  must(await approveAgent(desk.ports, agent))
  const [open] = must(await desk.ports.store.usable())
  expect(open).toMatchObject({ what: 'agent', requestId: null })
  desk.moveClocks(3 * day)
  expect(must(await desk.ports.store.usable())).toEqual([])
  must(await approveAgent(desk.ports, agent))
  expect(must(await desk.ports.store.usable())).toEqual([])
})

it('the sheet of a request says in place of a signature that could be used until when that is', async () => {
  const desk = await openDeskAt('hyperliquid')
  const { store } = desk.ports
  const id = await signedAt(desk, changeOf(deskCases.hyperliquid))
  const [usable] = must(await store.usable())
  const head = must(await store.heads.sign())
  const [found] = must(await readHistory(store.history, head.size)).requests
  if (!usable || !found) throw new Error('it is signed')
  const request = must(toldRequest(...found))
  const source = { mode: store.mode, chainId: store.chainId, head }
  const shown = (told: typeof request) => JSON.stringify(sheetContent(told, source))
  expect(shown(request)).toContain(request.signature?.slice(2, 60))
  expect(shown(withheld(request, usable))).not.toContain(request.signature?.slice(2, 60))
  expect(shown(withheld(request, usable))).toContain(
    `left out: it could be used until ${timeText(usable.untilMs)}`,
  )
  must(await requestSheet(store, id))
})

attack(
  'export',
  'gets a backup that was made into a file while a signature in it could still be used',
  'there is none: it is refused with store.usableSignatures, which names the request and until when',
  async () => {
    const desk = await openDeskAt('synthetix')
    const { store } = desk.ports
    const id = await signedAt(desk, changeOf(deskCases.synthetix))
    const path = join(desk.dir, 'away.db')
    const failure = failureOf(await backUpAway(store, path, {}))
    expect(failure).toMatchObject({ code: 'store.usableSignatures', outcome: 'not-sent' })
    expect(failure.message).toContain(id)
    expect(failure.message).toMatch(/until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/)
    expect(existsSync(path)).toBe(false)
    must(await backUpAway(store, path, { withUsable: true }))
    expect(must(await verifyHistoryFile(path)).headAt).toBeGreaterThan(0)
  },
)

attack(
  'export',
  'reads an account with a permit taken out of a backup that was made into a file',
  'the permit is not in it, in no page of the file; the backup verifies',
  async () => {
    const desk = await openDeskAt('synthetix')
    const { store } = desk.ports
    must(await permitReading(desk.ports, 'treasury'))
    const account = must(await store.accounts.get('treasury'))
    const raw = new BetterSqlite(store.path, { readonly: true })
    const signature = raw
      .prepare<[string], string>('SELECT signature FROM read_permits WHERE account_id = ?')
      .pluck()
      .get(account.id)
    raw.close()
    if (signature === undefined) throw new Error('a permit is kept')
    const path = join(desk.dir, 'away.db')
    must(await backUpAway(store, path, {}))
    expect(readFileSync(path, 'latin1')).not.toContain(signature.slice(2))
    must(await verifyHistoryFile(path))
    const whole = join(desk.dir, 'whole.db')
    must(await store.backup(whole))
    expect(readFileSync(whole, 'latin1')).toContain(signature.slice(2))
  },
)
