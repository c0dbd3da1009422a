import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newestHeadName, readNewestHead } from '../../electron/store/newest-head.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { Store } from '../../electron/store/port.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { readCheckpoint } from '../../shared/history/checkpoint.ts'
import { attack, fault } from '../support/proven.ts'
import { bodyOf, failureOf, newAccount, newStore, signedRequest, tempDir, valueOf } from './support.ts'

const fileOf = (store: Store): string => join(dirname(store.path), newestHeadName)

/** A desk that was closed when its request was signed, with a copy of it as it was then. */
async function copied() {
  const store = await newStore()
  const request = await signedRequest(store)
  await store.close()
  const copy = join(tempDir(), 'copy.db')
  copyFileSync(store.path, copy)
  return { dir: dirname(store.path), path: store.path, request, copy }
}

const sent = async (store: Store, request: Awaited<ReturnType<typeof signedRequest>>): Promise<void> => {
  valueOf(await store.submissions.begin(request.id, bodyOf(request)))
}

describe('the newest head beside a database', () => {
  it('is the head of the database, a checkpoint that verifies it, for its owner only', async () => {
    const store = await newStore()
    expect(existsSync(fileOf(store))).toBe(false)
    await signedRequest(store)
    const head = valueOf(await store.heads.newest())
    expect(readFileSync(fileOf(store), 'utf8')).toBe(head?.note)
    expect(statSync(fileOf(store)).mode & 0o777).toBe(0o600)
    const outside = readCheckpoint(readFileSync(fileOf(store), 'utf8'))
    if (typeof outside === 'string') throw new Error(outside)
    await store.close()
    expect(valueOf(await verifyHistoryFile(store.path, { outside })).outsideAt).toBe(head?.size)
  })

  it('goes on with each process, and never back', async () => {
    const one = await newStore()
    const two = await newStore(dirname(one.path))
    for (const store of [one, two, one]) {
      await signedRequest(store)
      expect(readNewestHead(one.path)?.size).toBe(valueOf(await store.history.head()).seq)
    }
    const early = valueOf(await two.heads.newest())
    await signedRequest(one)
    expect(readNewestHead(one.path)?.size).toBeGreaterThan(early?.size ?? 0)
  })

  it('that is older than the database, as after a crash between the two, is brought up to date', async () => {
    const store = await newStore()
    const request = await signedRequest(store)
    const early = readFileSync(fileOf(store))
    await sent(store, request)
    await store.close()
    writeFileSync(fileOf(store), early)
    const again = await newStore(dirname(store.path))
    expect(readNewestHead(again.path)?.size).toBe(valueOf(await again.history.head()).seq)
  })
})

describe('a database that is not the one of its newest head', () => {
  attack(
    'rollback',
    'puts an older copy of the database in place by hand',
    'the desk is not opened (store.older) and no file is changed',
    async () => {
      const { dir, path, request, copy } = await copied()
      const store = await newStore(dir)
      await sent(store, request)
      const newest = valueOf(await store.history.head())
      await store.close()
      copyFileSync(copy, path)
      const before = readFileSync(path)
      const failure = failureOf(await openStore({ dir, mode: 'practice' }))
      expect(failure).toMatchObject({ code: 'store.older', outcome: 'not-sent' })
      expect(failure.message).toContain(`it has ${newest.seq - 1} rows, and ${newest.seq} were there.`)
      expect(readFileSync(path).equals(before)).toBe(true)
    },
  )

  attack(
    'rollback',
    'puts an older copy in place and has other rows follow in it',
    'the desk is not opened (store.older)',
    async () => {
      const { dir, path, request, copy } = await copied()
      const store = await newStore(dir)
      await sent(store, request)
      await store.close()
      const elsewhere = tempDir()
      copyFileSync(copy, join(elsewhere, 'countersign.db'))
      const other = await newStore(elsewhere)
      for (let n = 0; n < 9; n += 1) valueOf(await other.history.append({ kind: 'test.noted', body: { n } }))
      valueOf(await other.heads.sign())
      await other.close()
      copyFileSync(other.path, path)
      expect(failureOf(await openStore({ dir, mode: 'practice' }))).toMatchObject({
        code: 'store.older',
        message: expect.stringContaining('are not those that were there'),
      })
    },
  )

  it('as the database of another desk, is refused', async () => {
    const { dir, path } = await copied()
    const other = await newStore()
    valueOf(await other.accounts.add(newAccount()))
    await other.close()
    copyFileSync(other.path, path)
    expect(failureOf(await openStore({ dir, mode: 'practice' }))).toMatchObject({
      code: 'store.older',
      message: expect.stringContaining('another history'),
    })
  })

  it('is lost where it is gone: no empty one is made', async () => {
    const { dir, path } = await copied()
    rmSync(path)
    expect(failureOf(await openStore({ dir, mode: 'practice' })).code).toBe('store.lost')
    expect(existsSync(path)).toBe(false)
  })
})

describe('where the newest head cannot be kept', () => {
  fault(
    'disk',
    'the newest head cannot be written beside the database',
    'the step is done all the same, it is noted once, and the next one that can be written is',
    2,
    async () => {
      const store = await newStore()
      mkdirSync(fileOf(store))
      writeFileSync(join(fileOf(store), 'in the way'), '')
      await signedRequest(store)
      await signedRequest(store)
      const rows = valueOf(await store.history.list({ kinds: ['head.failed'] }))
      expect(rows.map(({ body }) => JSON.parse(body))).toEqual([
        expect.objectContaining({ code: 'store.unusable' }),
      ])
      rmSync(fileOf(store), { recursive: true })
      const request = await signedRequest(store)
      expect(request.state).toBe('signed')
      expect(readNewestHead(store.path)?.size).toBe(valueOf(await store.history.head()).seq)
    },
  )

  it('because it is damaged or a link, the desk opens, and writes it anew', async () => {
    const { dir, path } = await copied()
    const file = join(dir, newestHeadName)
    for (const text of ['', 'no head', 'x'.repeat(5000)]) {
      writeFileSync(file, text)
      chmodSync(file, 0o600)
      await (await newStore(dir)).close()
      expect(readNewestHead(path)).not.toBeNull()
    }
  })
})
