import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { restoreBackup } from '../../electron/store/backup.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
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

describe('a backup', () => {
  it('taken while the store is written to is one consistent moment of it', { timeout: 60_000 }, async () => {
    const dir = tempDir()
    const child = runFixture('append', dir)
    await child.lines.next()
    const store = await newStore(dir)
    const target = join(dir, 'backup.db')
    valueOf(await store.backup(target))
    child.process.kill('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')
    const copy = valueOf(await verifyHistoryFile(target))
    const original = valueOf(await verifyHistoryFile(store.path, { expectedHead: copy.head }))
    expect(original.expectedAt).toBe(copy.count)
    expect((statSync(target).mode & 0o777).toString(8)).toBe('600')
  })

  it('never overwrites a file, nor takes a left-over log for its own', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    for (const name of ['there.db', 'log.db-wal']) writeFileSync(join(dir, name), 'precious')
    for (const name of ['there.db', 'log.db']) {
      expect(failureOf(await store.backup(join(dir, name))).code).toBe('store.exists')
    }
    expect(readFileSync(join(dir, 'there.db'), 'utf8')).toBe('precious')
    expect(existsSync(join(dir, 'log.db'))).toBe(false)
    expect(failureOf(await store.backup(join(dir, 'no', 'such', 'folder.db'))).code).toBe('store.unusable')
  })
})

describe('a backup that is restored', () => {
  it('holds the same requests and history; put somewhere by hand it goes on, but for what was open', async () => {
    const [dir, other] = [tempDir(), join(tempDir(), 'restored')]
    const store = await newStore(dir)
    const request = await signedRequest(store)
    const head = valueOf(await store.history.head())
    valueOf(await store.backup(join(dir, 'backup.db')))

    const proof = valueOf(await restoreBackup(join(dir, 'backup.db'), join(other, 'countersign.db')))
    expect(proof).toMatchObject({ head: head.hash, count: head.seq, chainId: store.chainId })
    const restored = await newStore(other)
    const [found] = valueOf(await restored.history.list({ kinds: ['desk.found'] }))
    expect(JSON.parse(found?.body ?? '')).toMatchObject({ source: null, frozen: [request.id] })
    const frozenSince = found?.at
    expect(valueOf(await restored.requests.get(request.id))).toEqual({ ...request, frozenSince })
    const begun = await restored.submissions.begin(request.id, bodyOf(request))
    expect(failureOf(begun).code).toBe('request.frozen')
    const next = await signedRequest(restored)
    valueOf(await restored.submissions.begin(next.id, bodyOf(next)))
    expect(await verifyHistoryFile(restored.path, { expectedHead: head.hash })).toMatchObject({ ok: true })
  })

  it('must verify first, and overwrites nothing, not even the log of a lost database', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    const backup = join(dir, 'backup.db')
    valueOf(await store.backup(backup))
    expect(failureOf(await restoreBackup(backup, store.path)).code).toBe('store.exists')

    const lost = join(tempDir(), 'countersign.db')
    writeFileSync(`${lost}-wal`, 'a log that is left')
    expect(failureOf(await restoreBackup(backup, lost)).code).toBe('store.exists')

    tamper(backup, `UPDATE history SET body = '{}' WHERE seq = 1`)
    const fresh = join(tempDir(), 'countersign.db')
    expect(failureOf(await restoreBackup(backup, fresh)).code).toBe('history.broken')
    expect(existsSync(fresh)).toBe(false)
  })

  it('is a database, not an export', async () => {
    const dir = tempDir()
    const store = await newStore(dir)
    const lines: string[] = []
    for await (const piece of store.history.export()) lines.push(valueOf(piece))
    writeFileSync(join(dir, 'history.jsonl'), lines.join(''))
    const failure = failureOf(await restoreBackup(join(dir, 'history.jsonl'), join(dir, 'new.db')))
    expect(failure.message).toContain('an export')
  })
})
