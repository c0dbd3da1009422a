import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { latestVersion } from '../../electron/store/migrations/index.ts'
import { openStore } from '../../electron/store/open-store.ts'
import { failureOf, newDatabase, newStore, outputOf, runFixture, tempDir, valueOf } from './support.ts'

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

/** The failure of opening a database that must be left as it was. */
const refused = async (dir: string, mode: 'practice' | 'real' = 'practice') => {
  const path = join(dir, 'countersign.db')
  const before = readFileSync(path)
  const failure = failureOf(await openStore({ dir, mode }))
  expect(readFileSync(path).equals(before)).toBe(true)
  return failure
}

describe('opening a store', () => {
  it('makes a file that only its owner may open, in a folder that only its owner may enter', async () => {
    const dir = join(tempDir(), 'new', 'folder')
    const store = await newStore(dir)
    expect(modeOf(dir)).toBe('700')
    expect(['', '-wal', '-shm'].map((end) => modeOf(store.path + end))).toEqual(['600', '600', '600'])
  })

  it('takes the rights of others away from a file, and leaves a folder that was there alone', async () => {
    const dir = tempDir()
    chmodSync(dir, 0o755)
    const first = await newStore(dir)
    await first.close()
    chmodSync(first.path, 0o666)
    await newStore(dir)
    expect([modeOf(dir), modeOf(first.path)]).toEqual(['755', '600'])
  })

  it('makes every transaction durable and holds to the schema', async () => {
    const { raw } = await newDatabase()
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'recursive_triggers', 'trusted_schema']
    expect(settings.map((name) => raw.pragma(name, { simple: true }))).toEqual(['wal', 2, 1, 1, 0])
  })

  it('keeps its history and its name over a restart', async () => {
    const dir = tempDir()
    const first = await newStore(dir)
    const row = valueOf(await first.history.append({ kind: 'test.noted', body: {} }))
    await first.close()
    const second = await newStore(dir)
    expect(second.chainId).toBe(first.chainId)
    expect(valueOf(await second.history.head())).toEqual({ seq: row.seq, hash: row.hash })
  })

  it('may be closed twice, and waits for what is under way', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    const rows = Array.from({ length: 5 }, (_, n) =>
      store.history.append({ kind: 'test.noted', body: { n } }),
    )
    await store.close()
    await store.close()
    const written = (await Promise.all(rows)).map(valueOf)
    expect(valueOf(await (await newStore(dir)).history.head()).seq).toBe(written.at(-1)?.seq)
  })

  it('by several processes at once makes one history', { timeout: 60_000 }, async () => {
    const dir = tempDir()
    const children = Array.from({ length: 4 }, () => runFixture('open', dir, 'practice'))
    for (const child of children) await child.lines.next()
    for (const child of children) child.process.stdin?.write('go\n')
    const names = (await Promise.all(children.map(outputOf))).flat()
    expect(names).toHaveLength(4)
    expect(new Set(names)).toEqual(new Set([(await newStore(dir)).chainId]))
  })

  it('waits for another connection that has just begun to read the new database', async () => {
    const dir = tempDir()
    const path = join(dir, 'countersign.db')
    writeFileSync(path, '')
    const other = new BetterSqlite(path)
    other.exec('BEGIN; SELECT * FROM sqlite_schema')
    const opening = newStore(dir)
    // Here, in the same process: SQLite's own waiting would stop it, and nobody could end the reading.
    setTimeout(() => other.exec('COMMIT'), 50)
    expect(valueOf(await (await opening).history.head()).seq).toBe(1)
    other.close()
  })

  it(
    'by two processes at once for practice and for real lets one of them in',
    { timeout: 60_000 },
    async () => {
      const dir = tempDir()
      const children = [runFixture('open', dir, 'practice'), runFixture('open', dir, 'real')]
      for (const child of children) await child.lines.next()
      for (const child of children) child.process.stdin?.write('go\n')
      const names = (await Promise.all(children.map(outputOf))).flat()
      expect(names.filter((name) => name === 'store.practiceMixed')).toHaveLength(1)
    },
  )
})

describe('a database that is refused is left as it was:', () => {
  it.each([
    ['practice', 'real'],
    ['real', 'practice'],
  ] as const)('%s data asked for as %s', async (held, asked) => {
    const dir = tempDir()
    await (await newStore(dir, held)).close()
    const failure = await refused(dir, asked)
    expect(failure).toMatchObject({ code: 'store.practiceMixed', outcome: 'not-sent' })
    expect(failure.message).toContain(`holds ${held} data, and ${asked} data was asked for`)
  })

  it('one of a newer version', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    await store.close()
    const raw = new BetterSqlite(store.path)
    raw.pragma(`user_version = ${latestVersion + 1}`)
    raw.close()
    expect(await refused(dir)).toMatchObject({
      code: 'store.newer',
      message: expect.stringContaining(`schema ${latestVersion + 1}`),
    })
  })

  it('one of another program', async () => {
    const dir = tempDir()
    const raw = new BetterSqlite(join(dir, 'countersign.db'))
    raw.exec('CREATE TABLE notes (text TEXT)')
    raw.close()
    const failure = await refused(dir)
    expect(failure).toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('another program'),
    })
  })

  it('a file that is no database', async () => {
    const dir = tempDir()
    writeFileSync(
      join(dir, 'countersign.db'),
      'not a database at all, but long enough to have a header of 100 bytes'.repeat(4),
    )
    expect((await refused(dir)).code).toBe('store.unusable')
  })

  it('a damaged one', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    for (let n = 0; n < 40; n++)
      valueOf(await store.history.append({ kind: 'test.noted', body: { filler: 'x'.repeat(900) } }))
    await store.close()
    const bytes = readFileSync(store.path)
    bytes.fill(0xff, 4096 * 20, 4096 * 22)
    writeFileSync(store.path, bytes)
    expect(await refused(dir)).toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('damaged'),
    })
  })

  it('one cut short', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    await store.close()
    writeFileSync(store.path, readFileSync(store.path).subarray(0, 6000))
    expect((await refused(dir)).code).toBe('store.unusable')
  })

  it('one whose history lost its protection', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    await store.close()
    const raw = new BetterSqlite(store.path)
    raw.exec('DROP TRIGGER history_no_delete')
    raw.close()
    const failure = await refused(dir)
    expect(failure.message).toContain('trigger "history_no_delete" is missing')
  })
})

describe('a place that cannot hold a store is named:', () => {
  it('a file where the folder should be', async () => {
    const dir = join(tempDir(), 'file')
    writeFileSync(dir, '')
    expect(failureOf(await openStore({ dir, mode: 'practice' }))).toMatchObject({ code: 'store.unusable' })
    expect(failureOf(await openStore({ dir: join(dir, 'deeper'), mode: 'practice' })).code).toBe(
      'store.unusable',
    )
  })

  it('a folder where the file should be', async () => {
    const dir = tempDir()
    mkdirSync(join(dir, 'countersign.db'))
    expect(failureOf(await openStore({ dir, mode: 'practice' })).code).toBe('store.unusable')
  })

  it.skipIf(process.getuid?.() === 0)('a folder that may only be read', async () => {
    const dir = tempDir()
    chmodSync(dir, 0o500)
    expect(failureOf(await openStore({ dir, mode: 'practice' })).code).toBe('store.unusable')
    expect(existsSync(join(dir, 'countersign.db'))).toBe(false)
  })
})
