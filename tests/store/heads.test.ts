import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { exportLog, exportNames } from '../../electron/store/export-folder.ts'
import { keyFileName } from '../../electron/store/installation-key.ts'
import { newestHeadName } from '../../electron/store/newest-head.ts'
import type { Store, StoredHead } from '../../electron/store/port.ts'
import { fromHex, type Hex } from '../../shared/hex.ts'
import { originOf, readCheckpoint } from '../../shared/history/checkpoint.ts'
import { portableHasher, rootOf } from '../../shared/history/merkle.ts'
import { verifyConsistency, verifyInclusion } from '../../shared/history/merkle-proof.ts'
import { readNote, readVkey, signatureFlaw } from '../../shared/history/note.ts'
import { readConsistency, readInclusion } from '../../shared/history/proof-text.ts'
import {
  bodyOf,
  failureOf,
  newAccount,
  newRequest,
  newStore,
  signedRequest,
  tamper,
  tempDir,
  valueOf,
} from './support.ts'

const note = async (store: Store, times: number): Promise<void> => {
  for (let n = 0; n < times; n++) valueOf(await store.history.append({ kind: 'test.noted', body: { n } }))
}

const hashesOf = async (store: Store): Promise<Hex[]> =>
  valueOf(await store.history.list({ limit: 1000 }))
    .map(({ hash }) => hash)
    .toReversed()

const rootAt = (hashes: readonly Hex[], size: number): Uint8Array =>
  rootOf(hashes.slice(0, size).map(fromHex))

const read = ({ note: text }: Pick<StoredHead, 'note'>) => {
  const head = readCheckpoint(text)
  if (typeof head === 'string') throw new Error(head)
  return head
}

const flawOf = ({ note: text, key }: StoredHead): string | null => {
  const [parsed, vkey] = [readNote(text), readVkey(key)]
  if (typeof parsed === 'string' || !vkey) throw new Error('a stored head is a note with a key')
  return signatureFlaw(parsed, [vkey])
}

describe('a head of the history', () => {
  it('is of all rows, names the history, and is signed by the key beside the database', async () => {
    const store = await newStore()
    await note(store, 6)
    const head = valueOf(await store.heads.sign())
    expect(read(head)).toMatchObject({ origin: originOf(store.chainId), size: 7 })
    expect(read(head).root).toEqual(rootAt(await hashesOf(store), 7))
    expect(flawOf(head)).toBeNull()
  })

  it('is signed once for a size, and again after the next row', async () => {
    const store = await newStore()
    const first = valueOf(await store.heads.sign())
    expect(valueOf(await store.heads.sign())).toEqual(first)
    await note(store, 1)
    const second = valueOf(await store.heads.sign())
    expect(second.size).toBe(2)
    expect(second.key).toBe(first.key)
    expect(valueOf(await store.heads.newest())).toEqual(second)
  })

  it('is signed when an account is there, a request is signed, before it is sent, and when it is over; not in between', async () => {
    const store = await newStore()
    const isOfAllRows = async () =>
      valueOf(await store.heads.newest())?.size === valueOf(await store.history.head()).seq
    const account = valueOf(await store.accounts.add(newAccount()))
    const { id: unsigned } = valueOf(await store.requests.insertPrepared(newRequest(account.id)))
    valueOf(await store.requests.transition(unsigned, 'prepared', 'approved'))
    expect(valueOf(await store.heads.newest())?.size).toBe(2)
    const { id } = await signedRequest(store)
    expect(await isOfAllRows()).toBe(true)
    valueOf(await store.requests.transition(id, 'signed', 'withdrawn'))
    expect(await isOfAllRows()).toBe(true)
    const other = await signedRequest(store)
    valueOf(await store.submissions.begin(other.id, bodyOf(other)))
    expect(await isOfAllRows()).toBe(true)
    const settle = { to: 'applied' } as const
    valueOf(
      await store.submissions.complete(other.id, {
        outcome: 'accepted',
        httpStatus: 200,
        answer: 'x',
        settle,
      }),
    )
    expect(valueOf(await store.heads.newest())?.size).toBe(valueOf(await store.history.head()).seq)
  })

  it('is the same whether one process wrote the rows or two', async () => {
    const dir = tempDir()
    const [one, two] = [await newStore(dir), await newStore(dir)]
    for (const store of [one, two, one, one, two]) {
      await note(store, 2)
      const head = valueOf(await store.heads.sign())
      expect(read(head).root).toEqual(rootAt(await hashesOf(store), head.size))
      expect(flawOf(head)).toBeNull()
    }
    expect(valueOf(await one.heads.keys())).toHaveLength(1)
  })

  it.each([
    ['a row was edited', `UPDATE history SET hash = '0x${'11'.repeat(32)}' WHERE seq = 3`],
    ['rows were cut off', 'DELETE FROM history WHERE seq > 4'],
    ['the head itself was edited', `UPDATE heads SET root = '0x${'11'.repeat(32)}'`],
  ])('is not signed over an earlier one that it would contradict: %s', async (_, sql) => {
    const dir = tempDir()
    const store = await newStore(dir)
    await note(store, 5)
    valueOf(await store.heads.sign())
    await store.close()
    tamper(store.path, sql)
    rmSync(join(dir, newestHeadName))
    const again = await newStore(dir)
    expect(failureOf(await again.heads.sign()).code).toBe('history.headDiffers')
    await note(again, 1)
    expect(failureOf(await again.heads.sign()).code).toBe('history.headDiffers')
  })

  it('never changes in the database, is never deleted, and no older one is put behind it', async () => {
    const store = await newStore()
    await note(store, 2)
    valueOf(await store.heads.sign())
    const raw = new BetterSqlite(store.path)
    for (const sql of [
      "UPDATE heads SET note = 'x'",
      'DELETE FROM heads',
      "INSERT OR REPLACE INTO heads SELECT size, root, 'x', signed_at, key, ledger FROM heads",
      'INSERT INTO heads SELECT size - 1, root, note, signed_at, key, ledger FROM heads',
      'INSERT INTO heads SELECT size + 1, root, note, signed_at, key, ledger FROM heads',
    ])
      expect(() => raw.exec(sql)).toThrow('heads:')
    raw.close()
  })
})

describe('the key of an installation', () => {
  it('is made once, for its owner only, and never leaves its file', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    const path = join(dir, keyFileName)
    expect(existsSync(path)).toBe(false)
    valueOf(await store.heads.sign())
    const text = readFileSync(path, 'utf8')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await note(store, 1)
    valueOf(await store.heads.sign())
    expect(readFileSync(path, 'utf8')).toBe(text)
    const secret = text.split('\n')[1] ?? ''
    valueOf(await exportLog(store, join(dir, 'export')))
    for (const name of Object.values(exportNames))
      expect(readFileSync(join(dir, 'export', name), 'utf8')).not.toContain(secret)
    expect(readFileSync(store.path).includes(secret)).toBe(false)
  })

  it.each([
    ['others may read it', (path: string) => chmodSync(path, 0o640), 'others than you'],
    ['others may write it', (path: string) => chmodSync(path, 0o602), 'others than you'],
    ['it is damaged', (path: string) => writeFileSync(path, 'x'), 'damaged'],
    ['it is empty', (path: string) => writeFileSync(path, ''), 'damaged'],
    [
      'it is a link',
      (path: string) => {
        renameSync(path, `${path}.moved`)
        symlinkSync(`${path}.moved`, path)
      },
      'symbolic link',
    ],
    [
      'it is a folder',
      (path: string) => {
        rmSync(path)
        mkdirSync(path)
      },
      'not a file',
    ],
  ])('signs nothing when %s; the step itself is recorded all the same', async (_, spoil, detail) => {
    const dir = tempDir()
    const store = await newStore(dir)
    valueOf(await store.heads.sign())
    const { id } = await signedRequest(store)
    await note(store, 1)
    spoil(join(dir, keyFileName))
    expect(failureOf(await store.heads.sign())).toMatchObject({
      code: 'history.keyUnusable',
      message: expect.stringContaining(detail),
    })
    expect(valueOf(await store.requests.transition(id, 'signed', 'withdrawn')).state).toBe('withdrawn')
    const [newest, before] = valueOf(await store.history.list({ limit: 2 }))
    expect(newest).toMatchObject({
      kind: 'head.failed',
      body: expect.stringContaining('history.keyUnusable'),
    })
    expect(before?.kind).toBe('request.withdrawn')
  })

  it('that was lost is made anew; both keys are told, the newest first', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    const first = valueOf(await store.heads.sign())
    rmSync(join(dir, keyFileName))
    await note(store, 1)
    const second = valueOf(await store.heads.sign())
    expect(second.key).not.toBe(first.key)
    expect(valueOf(await store.heads.keys())).toEqual([second.key, first.key])
  })
})

describe('a proof from the database', () => {
  it('shows of every row that it is under the head, by text alone', async () => {
    const store = await newStore()
    await note(store, 12)
    const hashes = await hashesOf(store)
    for (const [index, hash] of hashes.entries()) {
      const proof = readInclusion(valueOf(await store.heads.inclusion(index + 1)))
      if (typeof proof === 'string') throw new Error(proof)
      const { root, size } = proof.head
      expect([proof.number, size]).toEqual([index, 13])
      const leaf = portableHasher.leaf(fromHex(hash))
      expect(verifyInclusion({ index, size, leaf, root }, proof.hashes)).toBe(true)
    }
    expect(failureOf(await store.heads.inclusion(14)).code).toBe('history.noRow')
    expect(failureOf(await store.heads.inclusion(0)).code).toBe('history.noRow')
  })

  it('shows that a head only added rows to an older one, and refuses heads of something else', async () => {
    const store = await newStore()
    await note(store, 4)
    const older = read(valueOf(await store.heads.sign()))
    await note(store, 6)
    const proof = readConsistency(valueOf(await store.heads.consistency(older)))
    if (typeof proof === 'string') throw new Error(proof)
    const { root, size } = proof.head
    const trees = { oldSize: older.size, oldRoot: older.root, size, root }
    expect([proof.number, size]).toEqual([5, 11])
    expect(verifyConsistency(trees, proof.hashes)).toBe(true)
    for (const other of [
      { ...older, size: 12 },
      { ...older, size: 4 },
      { ...older, origin: originOf(`0x${'00'.repeat(32)}`) },
    ])
      expect(failureOf(await store.heads.consistency(other)).code).toBe('history.badHead')
  })
})

describe('an export folder', () => {
  it('holds all rows, all heads, the newest head and the key, and is never written over another', async () => {
    const store = await newStore()
    const sizes: number[] = []
    for (let n = 0; n < 3; n++) {
      await note(store, 2)
      sizes.push(valueOf(await store.heads.sign()).size)
    }
    await note(store, 1)
    const folder = join(tempDir(), 'export')
    const exported = valueOf(await exportLog(store, folder))
    const text = (name: keyof typeof exportNames) => readFileSync(join(folder, exportNames[name]), 'utf8')
    const notes = text('heads')
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { note: string }).note)
    expect(text('history').split('\n')).toHaveLength(exported.count + 1)
    expect(notes.map((note) => read({ note }).size)).toEqual([...sizes, 8])
    expect(text('checkpoint')).toBe(notes.at(-1))
    expect(text('installation')).toBe(`${exported.head.key}\n`)
    expect(failureOf(await exportLog(store, folder)).code).toBe('store.exists')
  })
})
