import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importHistory } from '../../electron/store/import.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { Store } from '../../electron/store/port.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { exportFolder } from '../../electron/export/folder.ts'
import { jsonlOf, usedDesk } from '../export/used-desk.ts'
import { toLine } from '../../shared/history/jsonl.ts'
import type { HistoryRow } from '../../shared/history/chain.ts'
import { isEnded } from '../../shared/request-state.ts'
import { altered } from '../support/altered.ts'
import { failureOf, newStore, signedRequest, tempDir, valueOf } from './support.ts'

/** Everything that a store says of itself. */
async function contentOf(store: Store) {
  const requests = valueOf(await store.requests.list())
  const one = async (id: string) => ({
    submission: valueOf(await store.submissions.get(id)),
    approval: valueOf(await store.approvals.get(id)),
  })
  return {
    chainId: store.chainId,
    mode: store.mode,
    accounts: valueOf(await store.accounts.list()),
    requests,
    more: await Promise.all(requests.map(({ id }) => one(id))),
    jsonl: await jsonlOf(store),
  }
}

/** What is open in a copy is frozen; the rest of it is as it was. */
const asCopy = (content: Awaited<ReturnType<typeof contentOf>>, row: HistoryRow) => ({
  ...content,
  requests: content.requests.map((request) => ({
    ...request,
    frozenSince: isEnded(request.state) ? null : row.at,
  })),
  jsonl: content.jsonl + toLine(row),
})

async function exported(): Promise<{ readonly folder: string; readonly store: Store }> {
  const { store } = await usedDesk()
  const folder = join(tempDir(), 'audit')
  valueOf(await exportFolder(store, folder))
  return { folder, store }
}

describe('a history that is imported', () => {
  it('into an empty desk, from a folder or its file, is equal in everything', async () => {
    const { folder, store } = await exported()
    for (const from of [folder, join(folder, 'history.jsonl')]) {
      const dir = join(tempDir(), 'new', 'desk')
      const proof = valueOf(await importHistory(from, dir, 'practice', Date.now()))
      expect(proof).toMatchObject({ source: 'database', chainId: store.chainId })
      const imported = await newStore(dir)
      const [row] = valueOf(await imported.history.list({ limit: 1 }))
      if (row?.kind !== 'desk.imported') throw new Error('it says that it was imported')
      const content = await contentOf(store)
      expect(content.requests.some(({ state }) => !isEnded(state))).toBe(true)
      expect(await contentOf(imported)).toEqual(asCopy(content, row))
      valueOf(await verifyHistoryFile(imported.path))
    }
  })

  it('goes on from where it was: the next row follows, and no nonce is used a second time', async () => {
    const { folder, store } = await exported()
    const dir = tempDir()
    valueOf(await importHistory(folder, dir, 'practice', Date.now()))
    const imported = await newStore(dir)
    const head = valueOf(await store.history.head())
    const row = valueOf(await imported.history.append({ kind: 'test.noted', body: {} }))
    const [, said] = valueOf(await imported.history.list({ limit: 2 }))
    expect(said).toMatchObject({ kind: 'desk.imported', seq: head.seq + 1, prevHash: head.hash })
    expect(row).toMatchObject({ seq: head.seq + 2, prevHash: said?.hash })
    const [request] = valueOf(await imported.requests.list())
    const nonce = valueOf(await imported.nonces.allocate(request?.signer ?? '0x', 'mainnet', 0))
    const used = valueOf(await imported.requests.list()).map((one) => Number(one.nonce))
    expect(nonce).toBe(Math.max(...used) + 1)
    valueOf(await verifyHistoryFile(imported.path))
  })

  it('takes the place of a desk that was opened and never used', async () => {
    const { folder, store } = await exported()
    const dir = tempDir()
    await (await newStore(dir)).close()
    valueOf(await importHistory(folder, dir, 'practice', Date.now()))
    expect((await newStore(dir)).chainId).toBe(store.chainId)
    expect(readdirSync(dir).filter((name) => name.includes('import'))).toEqual([])
  })
})

describe('nothing is imported', () => {
  it('into a desk that has a history', async () => {
    const { folder } = await exported()
    const store = await newStore()
    await signedRequest(store)
    await store.close()
    const dir = join(store.path, '..')
    const before = readFileSync(store.path)
    expect(failureOf(await importHistory(folder, dir, 'practice', Date.now())).code).toBe('store.notEmpty')
    expect(readFileSync(store.path).equals(before)).toBe(true)
  })

  it('into a desk that is open, even an empty one', async () => {
    const { folder } = await exported()
    const store = await newStore()
    const dir = join(store.path, '..')
    expect(failureOf(await importHistory(folder, dir, 'practice', Date.now())).code).toBe('store.inUse')
    valueOf(await store.history.append({ kind: 'test.noted', body: {} }))
  })

  it('that was changed, is of the other mode, or is a database', async () => {
    const { folder, store } = await exported()
    const dir = join(tempDir(), 'new')
    expect(failureOf(await importHistory(folder, dir, 'real', Date.now())).code).toBe('store.practiceMixed')
    const copy = join(tempDir(), 'copy.db')
    valueOf(await store.backup(copy))
    expect(failureOf(await importHistory(copy, dir, 'practice', Date.now())).code).toBe('input.unreadable')
    expect(failureOf(await importHistory(join(dir, 'nothing'), dir, 'practice', Date.now())).code).toBe(
      'input.unreadable',
    )
    const file = join(folder, 'history.jsonl')
    writeFileSync(file, altered(readFileSync(file, 'utf8'), '"leverage":"10"', '"leverage":"50"'))
    expect(failureOf(await importHistory(folder, dir, 'practice', Date.now())).code).toBe('history.broken')
    expect(existsSync(dir)).toBe(false)
    expect((await openStore({ dir, mode: 'practice' })).ok).toBe(true)
  })
})
