import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import type { Store } from '../../electron/store/port.ts'
import { fromHex, toHex } from '../../shared/hex.ts'
import { rootOf } from '../../shared/history/merkle.ts'
import {
  bodyOf,
  failureOf,
  newStore,
  runFixture,
  signedRequest,
  tamper,
  tempDir,
  valueOf,
} from './support.ts'

/** A store with one request that was sent and one that was not. */
const workedStore = async (dir: string): Promise<Store> => {
  const store = await newStore(dir)
  const request = await signedRequest(store)
  const { id } = request
  valueOf(await store.submissions.begin(id, bodyOf(request)))
  valueOf(await store.submissions.complete(id, { outcome: 'unknown', httpStatus: 500, answer: 'x' }))
  valueOf(await store.requests.transition(id, 'sending', 'unknown', { detail: { why: 'status 500' } }))
  await signedRequest(store)
  valueOf(await store.history.append({ kind: 'test.noted', body: { text: 'ä\u{1f600}' } }))
  return store
}

const exported = async (store: Store): Promise<string> => {
  let text = ''
  for await (const piece of store.history.export()) text += valueOf(piece)
  return text
}

const asText = (lines: readonly (string | undefined)[]): string => lines.map((line) => `${line}\n`).join('')

/** Everything in a folder that reading could leave a trace on. */
const traces = (dir: string): unknown =>
  readdirSync(dir)
    .toSorted()
    .map((name) => [name, readFileSync(join(dir, name)).toString('hex'), statSync(join(dir, name)).mtimeMs])

describe('a file that verifies', () => {
  it('is told by its count and its head, the same for the database and its export', async () => {
    const dir = tempDir()
    const store = await workedStore(dir)
    const head = valueOf(await store.history.head())
    writeFileSync(join(dir, 'history.jsonl'), await exported(store))
    const rows = valueOf(await store.history.list({ limit: 100 }))
    const hashes = rows.map(({ hash }) => hash).toReversed()
    await store.close()
    const facts = {
      count: head.seq,
      head: head.hash,
      chainId: store.chainId,
      mode: 'practice',
      expectedAt: null,
      root: toHex(rootOf(hashes.map(fromHex))),
      signatures: 2,
      heads: 0,
      ledgerHeads: 0,
      headAt: null,
      outsideAt: null,
    }
    // The account, each signature, one sending: the row after the newest head is what somebody noted.
    const signed = { heads: 4, headAt: head.seq - 1 }
    expect(valueOf(await verifyHistoryFile(store.path))).toEqual({
      source: 'database',
      ...facts,
      ...signed,
    })
    expect(valueOf(await verifyHistoryFile(join(dir, 'history.jsonl')))).toEqual({
      source: 'export',
      ...facts,
    })
  })

  it('is left as it was, with nothing beside it', async () => {
    const dir = tempDir()
    const store = await workedStore(dir)
    await store.close()
    const before = traces(dir)
    valueOf(await verifyHistoryFile(store.path))
    expect(traces(dir)).toEqual(before)
    expect(readdirSync(dir)).toEqual(['countersign.db', 'installation.key', 'newest-head.txt'])
  })

  it('may be open in this process, which goes on writing, or in another', { timeout: 60_000 }, async () => {
    const dir = tempDir()
    const store = await workedStore(dir)
    valueOf(await verifyHistoryFile(store.path))
    const child = runFixture('append', dir)
    await child.lines.next()
    const while1 = valueOf(await verifyHistoryFile(store.path))
    valueOf(await store.history.append({ kind: 'test.noted', body: {} }))
    const while2 = valueOf(await verifyHistoryFile(store.path, { expectedHead: while1.head }))
    expect(while2.count).toBeGreaterThan(while1.count)
  })

  it(
    'holds what is still in the write-ahead log of a process that was killed',
    { timeout: 60_000 },
    async () => {
      const [dir, copies] = [tempDir(), tempDir()]
      const child = runFixture('append', dir)
      let last = ''
      for await (const line of child.lines) {
        last = line
        if (line.startsWith('40 ')) child.process.kill('SIGKILL')
      }
      const path = join(dir, 'countersign.db')
      const before = [path, `${path}-wal`].map((file) => readFileSync(file))
      const [seq = '', hash = ''] = last.split(' ')
      const proof = valueOf(await verifyHistoryFile(path, { expectedHead: hash as `0x${string}` }))
      expect(proof.expectedAt).toBe(Number(seq))
      expect(
        [path, `${path}-wal`].every((file, n) => readFileSync(file).equals(before[n] ?? Buffer.alloc(0))),
      ).toBe(true)

      const copy = join(copies, 'copy.db')
      copyFileSync(path, copy)
      copyFileSync(`${path}-wal`, `${copy}-wal`)
      const untouched = traces(copies)
      expect(valueOf(await verifyHistoryFile(copy))).toEqual({ ...proof, expectedAt: null })
      expect(traces(copies)).toEqual(untouched)
    },
  )
})

describe('a database that was tampered with is found out:', () => {
  let path: string
  let count: number

  beforeEach(async () => {
    const store = await workedStore(tempDir())
    path = store.path
    count = valueOf(await store.history.head()).seq
    await store.close()
  })

  const breakOf = async (sql: string): Promise<string> => {
    tamper(path, sql)
    const failure = failureOf(await verifyHistoryFile(path))
    expect(failure.code).toBe('history.broken')
    return failure.message
  }

  it.each([
    [`UPDATE history SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 4`, 'row 4: its content was changed'],
    [`UPDATE history SET body = replace(body, '0', '1') WHERE seq = 5`, 'row 5: its content was changed'],
    [`UPDATE history SET body = ' ' || body WHERE seq = 5`, 'row 5: its content was changed'],
    [`DELETE FROM history WHERE seq = 6`, 'row 6: it bears the number 7'],
    [
      `UPDATE history SET seq = -1 WHERE seq = 6; UPDATE history SET seq = 6 WHERE seq = 7;
       UPDATE history SET seq = 7 WHERE seq = -1`,
      'row 6: it does not follow the row before it',
    ],
    [
      `UPDATE history SET seq = -seq WHERE seq > 5; UPDATE history SET seq = 1 - seq WHERE seq < 0;
       INSERT INTO history SELECT 6, at, kind, request_id, body, prev_hash, hash FROM history WHERE seq = 5`,
      'row 6: it does not follow the row before it',
    ],
    [`DELETE FROM history`, 'row 1: 0 rows are left, but a head of 2 was signed'],
    [`UPDATE meta SET chain_id = '0x${'00'.repeat(32)}'`, 'row 1: it opens another history'],
    [`UPDATE meta SET mode = 'real'`, 'row 1: it opens another history'],
  ])('%s', async (sql, message) => {
    expect(await breakOf(sql)).toContain(`The history does not verify: ${message}`)
  })

  it.each([
    [`UPDATE requests SET state = 'applied' WHERE state = 'unknown'`, '"state" differs'],
    [`UPDATE requests SET digest = '0x00' WHERE state = 'signed'`, '"digest" differs'],
    [`UPDATE requests SET prepared = replace(prepared, '5', '50')`, '"prepared" differs'],
    [`UPDATE requests SET prepared = ' ' || prepared`, '"prepared" differs'],
    [`UPDATE requests SET signature = '0x02'`, '"signature" differs'],
    [`UPDATE requests SET nonce = nonce || '1'`, '"nonce" differs'],
    [`UPDATE requests SET detail = NULL WHERE detail IS NOT NULL`, '"detail" differs'],
    [`UPDATE requests SET updated_at = created_at || ' '`, '"updatedAt" differs'],
    [`UPDATE submissions SET body = '{}'`, '"submission.body" differs'],
    [`UPDATE submissions SET outcome = 'accepted'`, '"submission.outcome" differs'],
    [`DELETE FROM submissions`, '"submission.body" differs'],
    [`DELETE FROM requests WHERE state = 'signed'`, 'is not in the database'],
    [
      `INSERT INTO requests SELECT 'forged', account_id, venue, network, state, prepared, digest, signer, '1',
        expires_after, signature, detail, created_at, updated_at FROM requests WHERE state = 'signed'`,
      'the request forged is in no row of the history',
    ],
    [`UPDATE accounts SET address = '0x00'`, '"address" differs'],
    [`UPDATE accounts SET settings = '{"a":1}'`, '"settings" differs'],
    [`DELETE FROM accounts`, 'is not in the database'],
  ])('a table that says other than its history: %s', async (sql, message) => {
    expect(await breakOf(sql)).toContain(message)
  })

  it('a trigger that is gone or was replaced', async () => {
    const raw = new BetterSqlite(path)
    raw.exec('DROP TRIGGER history_no_update')
    raw.close()
    const failure = failureOf(await verifyHistoryFile(path))
    expect(failure.code).toBe('history.broken')
    expect(failure.message).toContain('trigger "history_no_update" is missing')
  })

  it('newest rows cut off, once their head was noted', async () => {
    const { head } = valueOf(await verifyHistoryFile(path))
    tamper(path, `DELETE FROM history WHERE seq = ${count}`)
    expect(await verifyHistoryFile(path)).toMatchObject({ ok: true })
    const failure = failureOf(await verifyHistoryFile(path, { expectedHead: head }))
    expect(failure.message).toContain(`row ${count}: no row has the hash ${head}`)
  })

  it('newest rows cut off that were steps of a request, even without', async () => {
    tamper(path, `DELETE FROM history WHERE seq > ${count - 3}; DELETE FROM heads`)
    expect(failureOf(await verifyHistoryFile(path)).message).toContain('differs')
  })

  it('a damaged page', async () => {
    const bytes = readFileSync(path)
    bytes.fill(0xff, bytes.length - 4096)
    writeFileSync(path, bytes)
    expect(failureOf(await verifyHistoryFile(path)).message).toMatch(/damaged|does not verify/)
  })
})

describe('an export that was tampered with is found out:', () => {
  let text: string
  let path: string

  beforeEach(async () => {
    const dir = tempDir()
    const store = await workedStore(dir)
    text = await exported(store)
    path = join(dir, 'history.jsonl')
  })

  const verdictOn = (content: string | Uint8Array) => {
    writeFileSync(path, content)
    return verifyHistoryFile(path)
  }

  it('any change of any byte, at its line', { timeout: 60_000 }, async () => {
    const bytes = Buffer.from(text)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const tampered = Buffer.from(bytes)
        tampered[at] = (tampered[at] ?? 0) ^ change
        const row = bytes.subarray(0, at).toString('latin1').split('\n').length
        const failure = failureOf(await verdictOn(tampered))
        expect(failure.code).toBe('history.broken')
        const found = Number(/row (\d+)/.exec(failure.message)?.[1])
        expect(found).toBe(row)
      }),
      { numRuns: 300 },
    )
  })

  it('a line gone, twice, moved, empty or cut', async () => {
    const lines = text.split('\n').slice(0, -1)
    const [first, second, third, ...rest] = lines
    const cases: readonly [string, number][] = [
      [asText([first, third, ...rest]), 2],
      [asText([first, second, second, third, ...rest]), 3],
      [asText([first, third, second, ...rest]), 2],
      [asText([first, '', second, third, ...rest]), 2],
      [asText([second, third, ...rest]), 1],
      [text.slice(0, -1), lines.length],
      [text.slice(0, -9), lines.length],
      [text.replaceAll('\n', '\r\n'), 1],
      [`\ufeff${text}`, 1],
      ['', 1],
    ]
    for (const [content, row] of cases) {
      expect(failureOf(await verdictOn(content)).message).toContain(`does not verify: row ${row}:`)
    }
    expect(await verdictOn(text)).toMatchObject({ ok: true })
  })

  it('a line too long to be one', async () => {
    const failure = failureOf(await verdictOn(`${text}{"at":"${'x'.repeat(5_000_000)}`))
    expect(failure.message).toContain('too long')
  })
})

describe('a file that is no history', () => {
  it('is told apart from a broken one', async () => {
    const dir = tempDir()
    mkdirSync(join(dir, 'folder'))
    expect(failureOf(await verifyHistoryFile(join(dir, 'missing.db'))).code).toBe('input.unreadable')
    expect(failureOf(await verifyHistoryFile(join(dir, 'folder'))).code).toBe('input.unreadable')
    const raw = new BetterSqlite(join(dir, 'other.db'))
    raw.exec('CREATE TABLE notes (text TEXT)')
    raw.close()
    expect(failureOf(await verifyHistoryFile(join(dir, 'other.db')))).toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('another program'),
    })
    writeFileSync(join(dir, 'note.txt'), 'hello')
    expect(failureOf(await verifyHistoryFile(join(dir, 'note.txt'))).code).toBe('history.broken')
    expect(existsSync(join(dir, 'missing.db'))).toBe(false)
  })
})
