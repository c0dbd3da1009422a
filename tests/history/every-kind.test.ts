import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exportFolder } from '../../electron/export/folder.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { forgeries, misfits, placeOf, rechained, rewritten, rowsOf } from '../support/forgeries.ts'
import { must } from '../support/desk.ts'
import { wholeDesk } from '../support/whole-desk.ts'
import { tempDir, valueOf } from '../store/support.ts'

/** Every signature of a Ledger in the history of a whole desk: approvals, changes, revocations, agents, registrations. */
const signatures = 7 + 5 + 1 + 2 + 2

async function exported() {
  const { ports } = await wholeDesk()
  const folder = join(tempDir(), 'audit')
  must(await exportFolder(ports.store, folder))
  const file = join(folder, 'history.jsonl')
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const path = join(tempDir(), 'forged.jsonl')
  const verdictOn = async (changed: readonly string[]) => {
    writeFileSync(path, changed.map((line) => `${line}\n`).join(''))
    return verifyHistoryFile(path)
  }
  return { store: ports.store, folder, lines, verdictOn }
}

it('a history of every kind verifies in all of its forms, each signature in it', async () => {
  const { store, folder, lines } = await exported()
  const kinds = new Set(rowsOf(lines).map(({ kind }) => kind))
  for (const kind of [
    'approval.signed',
    'revocation.signed',
    'revocation.answered',
    'agent.sending',
    'agent.settled',
    'permit.signed',
    'registration.signed',
    'registration.accepted',
    'key.added',
    'key.checked',
    'key.rotated',
    'key.removed',
    'request.applied',
    'request.unknown',
    'request.withdrawn',
    'request.revoked',
  ])
    expect(kinds).toContain(kind)
  for (const path of [store.path, folder, join(folder, 'history.jsonl')]) {
    const proof = valueOf(await verifyHistoryFile(path))
    expect(proof).toMatchObject({ count: lines.length, signatures })
  }
})

it('a byte that was changed is found in a row of every kind', async () => {
  const { lines, verdictOn } = await exported()
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
  const { lines, verdictOn } = await exported()
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
  const { lines, verdictOn } = await exported()
  for (const forgery of misfits) {
    const found = await verdictOn(rewritten(lines, placeOf(lines, forgery), forgery.change))
    expect([forgery.what, found.ok || found.flaw?.change]).toEqual([forgery.what, 'rewrite'])
  }
})

it('a revoked request that is sent nevertheless is found', async () => {
  const { lines, verdictOn } = await exported()
  const rows = rowsOf(lines)
  const at = rows.findIndex(({ kind }) => kind === 'request.revoked')
  const sending = rows.find(({ kind }) => kind === 'request.sending')
  const revoked = rows[at]
  if (!revoked || !sending) throw new Error('there is none')
  const { digest } = JSON.parse(revoked.body) as { digest: string }
  const forged = sending.body.replace(/"digest":"[^"]*"/, `"digest":"${digest}"`)
  const found = await verdictOn(
    rechained([...rows.slice(0, at), { ...revoked, kind: 'request.sending', body: forged }]),
  )
  expect(found).toMatchObject({ ok: false, flaw: { row: at + 1, change: 'rewrite' } })
})
