import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { afterAll, expect, it } from 'vitest'
import { importHistory } from '../../electron/store/import.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { toLine } from '../../shared/history/jsonl.ts'
import { forgeries, misfits, placeOf, rechained, rewritten, rowsOf } from '../support/forgeries.ts'
import { altered } from '../support/altered.ts'
import { practiceAddress } from '../support/desk.ts'
import { unsignedConfirmation } from '../support/key-confirmation.ts'
import { wholeHistory, type WholeHistory } from '../support/whole-desk.ts'
import { jsonlOf } from '../export/used-desk.ts'
import { newStore, tamper, tempDir, valueOf } from '../store/support.ts'

/** Every signature of a Ledger in it: approvals in words, changes, revocations, agents, registrations, keys that go. */
const signatures = 8 + 8 + 3 + 2 + 2 + 2

const root = mkdtempSync(join(tmpdir(), 'countersign-whole-'))
afterAll(() => rmSync(root, { recursive: true }))

let made: Promise<WholeHistory> | undefined

/** The history, made by the first test that asks for it. */
const whole = (): Promise<WholeHistory> => (made ??= wholeHistory(root))

const verdictOn = async (changed: readonly string[]) => {
  const path = join(root, 'forged.jsonl')
  writeFileSync(path, changed.map((line) => `${line}\n`).join(''))
  return verifyHistoryFile(path)
}

it('a history of every kind verifies in all of its forms, each signature in it', async () => {
  const { database, folder, lines } = await whole()
  const kinds = new Set(rowsOf(lines).map(({ kind }) => kind))
  for (const kind of [
    'approval.signed',
    'revocation.signed',
    'revocation.answered',
    'agent.sending',
    'agent.settled',
    'market.renumbered',
    'permit.signed',
    'registration.signed',
    'registration.accepted',
    'key.added',
    'key.checked',
    'key.confirmed',
    'key.rotated',
    'key.removed',
    'request.applied',
    'request.unknown',
    'request.withdrawn',
    'desk.restored',
    'request.revoked',
  ])
    expect(kinds).toContain(kind)
  for (const path of [database, folder, join(folder, 'history.jsonl')]) {
    const proof = valueOf(await verifyHistoryFile(path))
    expect(proof).toMatchObject({ count: lines.length, signatures })
  }
})

it('a byte that was changed is found in a row of every kind', async () => {
  const { lines } = await whole()
  const seen = new Set<string>()
  for (const [place, { kind, body }] of rowsOf(lines).entries()) {
    if (seen.has(kind)) continue
    seen.add(kind)
    const last = [...body.matchAll(/[0-9a-z](?=[^0-9a-z]*$)/g)].at(-1)?.[0] ?? ''
    const changed = lines.map((line, at) => {
      const start = line.indexOf(body)
      if (at !== place) return line
      const end = line.lastIndexOf(last, start + body.length)
      return `${line.slice(0, end)}${last === '1' ? '2' : '1'}${line.slice(end + 1)}`
    })
    const found = await verdictOn(changed)
    expect([kind, found.ok, found.ok || found.flaw?.row]).toEqual([kind, false, place + 1])
  }
})

it('a changed signature, or anything that is signed, is found even when all hashes are computed anew', async () => {
  const { lines } = await whole()
  for (const forgery of forgeries) {
    const place = placeOf(lines, forgery)
    const found = await verdictOn(rewritten(lines, place, forgery.change))
    expect([forgery.what, found.ok, found.ok || found.flaw?.row, found.ok || found.flaw?.change]).toEqual([
      forgery.what,
      false,
      place + 1,
      'signature',
    ])
  }
})

it('what cannot follow from the rows before is found even when all hashes are computed anew', async () => {
  const { lines } = await whole()
  for (const forgery of misfits) {
    const found = await verdictOn(rewritten(lines, placeOf(lines, forgery), forgery.change))
    expect([forgery.what, found.ok || found.flaw?.change]).toEqual([forgery.what, 'rewrite'])
  }
})

it('a revoked request that is sent nevertheless is found', async () => {
  const { lines } = await whole()
  const rows = rowsOf(lines)
  const at = rows.findIndex(({ kind }) => kind === 'request.revoked')
  const sending = rows.find(({ kind }) => kind === 'request.sending')
  const revoked = rows[at]
  if (!revoked || !sending) throw new Error('there is none')
  const { digest } = JSON.parse(revoked.body) as { digest: string }
  const forged = altered(sending.body, /"digest":"[^"]*"/, `"digest":"${digest}"`)
  const found = await verdictOn(
    rechained([...rows.slice(0, at), { ...revoked, kind: 'request.sending', body: forged }]),
  )
  expect(found).toMatchObject({ ok: false, flaw: { row: at + 1, change: 'rewrite' } })
})

it.each([
  ['accounts', 'name'],
  ['requests', 'detail'],
  ['submissions', 'answer'],
  ['approvals', 'message'],
  ['approvals', 'at'],
  ['revocations', 'body'],
  ['revocations', 'signed_at'],
  ['read_permits', 'expires_at'],
  ['api_keys', 'label'],
  ['api_keys', 'permissions'],
])('the table %s with another %s is found beside a history that is right', async (table, column) => {
  const { database } = await whole()
  const copy = join(tempDir(), 'copy.db')
  copyFileSync(database, copy)
  tamper(
    copy,
    `UPDATE ${table} SET ${column} = '"other"' WHERE ${column} = (SELECT max(${column}) FROM ${table})`,
  )
  expect(await verifyHistoryFile(copy)).toMatchObject({ ok: false, flaw: { change: 'tables' } })
})

it.each(['approvals', 'revocations', 'submissions', 'api_keys'])(
  'the table %s without a row is found',
  async (table) => {
    const { database } = await whole()
    const copy = join(tempDir(), 'copy.db')
    copyFileSync(database, copy)
    tamper(copy, `DELETE FROM ${table}`)
    expect(await verifyHistoryFile(copy)).toMatchObject({ ok: false, flaw: { change: 'tables' } })
  },
)

/** All rows of a table in one order; of API keys and permits what the history can say. */
const contentOf = (path: string, table: string): readonly unknown[] => {
  const raw = new BetterSqlite(path, { readonly: true })
  const rows = raw.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY 1, 2`).all()
  raw.close()
  return rows.map((row) => {
    const { sealed: _, ...known } = row
    return known
  })
}

it('is equal in every table when it is imported, but for what no history holds', async () => {
  const { folder, database } = await whole()
  const dir = join(tempDir(), 'new')
  valueOf(await importHistory(folder, dir, 'practice', Date.now()))
  const imported = await newStore(dir)
  for (const table of ['accounts', 'requests', 'submissions', 'approvals', 'revocations', 'api_keys'])
    expect([table, contentOf(imported.path, table)]).toEqual([table, contentOf(database, table)])
  expect(contentOf(imported.path, 'history').slice(0, -1)).toEqual(contentOf(database, 'history'))
  expect(contentOf(imported.path, 'read_permits')).toEqual([])
  const [said] = valueOf(await imported.history.list({ limit: 1 }))
  if (said?.kind !== 'desk.imported') throw new Error('it says that it was imported')
  expect(await jsonlOf(imported)).toBe(readFileSync(join(folder, 'history.jsonl'), 'utf8') + toLine(said))
  valueOf(await verifyHistoryFile(imported.path))
})

it('uses no nonce a second time after it was imported, and has no key until one is put there', async () => {
  const { folder, database } = await whole()
  const dir = join(tempDir(), 'new')
  valueOf(await importHistory(folder, dir, 'practice', Date.now()))
  const imported = await newStore(dir)
  // The times at which API keys signed are in the table too; those keys are not in the new desk.
  const nonces = (path: string) => {
    const raw = new BetterSqlite(path, { readonly: true })
    const ofLedgers = 'SELECT signer, network, nonce FROM used_nonces WHERE signer = ? ORDER BY nonce'
    const rows = raw.prepare<[string]>(ofLedgers).all(practiceAddress)
    raw.close()
    return rows
  }
  expect(nonces(database).length).toBeGreaterThan(8)
  expect(nonces(imported.path)).toEqual(nonces(database))
  const account = valueOf(await imported.accounts.get('arcus'))
  expect(valueOf(await imported.apiKeys.inUse(account.id))).toBeNull()
  const [key] = valueOf(await imported.apiKeys.list(account.id))
  if (!key) throw new Error('the key is listed')
  const next = { ...key, label: 'new' }
  valueOf(await imported.apiKeys.rotate(next, '{"sealed":1}', unsignedConfirmation(account, key, next.keyId)))
  expect(valueOf(await imported.apiKeys.inUse(account.id))?.key.label).toBe('new')
  valueOf(await verifyHistoryFile(imported.path))
})
