import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startDailyBackup } from '../../electron/desk/daily-backup.ts'
import {
  backUpBeside,
  backupFolder,
  backupName,
  keptDaily,
  listBackups,
} from '../../electron/store/backups.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { failureOf, newStore, signedRequest, tamper, tempDir, valueOf } from './support.ts'

const day = 24 * 60 * 60_000
const start = Date.UTC(2026, 10, 20, 10)

const reasonsOf = (database: string): string[] => valueOf(listBackups(database)).map(({ reason }) => reason)

describe('backups beside the database', () => {
  it('are listed by the time and reason in their names, newest first, and each verifies', async () => {
    const store = await newStore()
    await signedRequest(store)
    valueOf(await backUpBeside(store, 'daily', start))
    valueOf(await backUpBeside(store, 'asked', start + 1))
    writeFileSync(join(backupFolder(store.path), 'notes.txt'), 'mine')
    const backups = valueOf(listBackups(store.path))
    expect(backups.map(({ fileName, reason, atMs }) => [fileName, reason, atMs])).toEqual([
      ['countersign-20261120T100000001Z-asked.db', 'asked', start + 1],
      ['countersign-20261120T100000000Z-daily.db', 'daily', start],
    ])
    const { hash } = valueOf(await store.history.head())
    for (const { path, size } of backups) {
      expect(valueOf(await verifyHistoryFile(path)).head).toBe(hash)
      expect(size).toBeGreaterThan(4096)
    }
  })

  it('hold a signed head of all their rows, and are made all the same where none can be signed', async () => {
    const store = await newStore()
    const { count, headAt } = valueOf(await backUpBeside(store, 'asked', start)).proof
    expect(headAt).toBe(count)
    chmodSync(join(dirname(store.path), 'installation.key'), 0o644)
    await signedRequest(store)
    const later = valueOf(await backUpBeside(store, 'asked', start + 1)).proof
    expect([later.headAt, later.count > count]).toEqual([count, true])
    expect(valueOf(await store.history.list({ limit: 1 }))[0]?.kind).toBe('head.failed')
  })

  it(`are the last ${keptDaily} of the daily ones, and all that a person asked for`, async () => {
    const store = await newStore()
    valueOf(await backUpBeside(store, 'asked', start - day))
    for (let n = 0; n < keptDaily + 3; n += 1) valueOf(await backUpBeside(store, 'daily', start + n * day))
    const backups = valueOf(listBackups(store.path))
    expect(backups.filter(({ reason }) => reason === 'daily').map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: keptDaily }, (_, n) => start + (keptDaily + 2 - n) * day),
    )
    expect(backups.at(-1)?.reason).toBe('asked')
  })

  it('are not kept where they do not verify', async () => {
    const store = await newStore()
    await signedRequest(store)
    tamper(store.path, `UPDATE requests SET state = 'applied'`)
    const target = join(tempDir(), 'backup.db')
    expect(failureOf(await store.backup(target)).code).toBe('history.broken')
    expect(existsSync(target)).toBe(false)
    expect(failureOf(await backUpBeside(store, 'daily', start)).code).toBe('history.broken')
    expect(readdirSync(backupFolder(store.path))).toEqual([])
  })

  it('never take the place of a file that is there', async () => {
    const store = await newStore()
    valueOf(await backUpBeside(store, 'asked', start))
    const failure = failureOf(await backUpBeside(store, 'asked', start))
    expect([failure.code, failure.message]).toEqual([
      'store.exists',
      expect.stringContaining(backupName(start, 'asked')),
    ])
  })
})

describe('a running desk', () => {
  it('backs itself up when it starts and then once a day, whatever the clock does', async () => {
    const store = await newStore()
    let now = start
    const daily = startDailyBackup(store, () => now)
    await daily.look()
    expect(reasonsOf(store.path)).toEqual(['daily'])
    for (const [time, count] of [
      [start + day - 1, 1],
      [start + day, 2],
      [start + day + 1, 2],
      [start - 5 * day, 3],
    ] as const) {
      now = time
      await daily.look()
      expect([time, reasonsOf(store.path).length]).toEqual([time, count])
    }
    expect(daily.failure).toBeNull()
    await daily.stop()
  })

  it('makes no second one when it is opened again on the same day', async () => {
    const store = await newStore()
    for (let n = 0; n < 3; n += 1) {
      const daily = startDailyBackup(store, () => start + n)
      await daily.stop()
    }
    expect(reasonsOf(store.path)).toEqual(['daily'])
  })

  it('tells why one was not made, and tries again', async () => {
    const store = await newStore()
    const folder = backupFolder(store.path)
    expect(dirname(folder)).toBe(dirname(store.path))
    writeFileSync(folder, 'a file where the folder belongs')
    const daily = startDailyBackup(store, () => start)
    await daily.look()
    expect(daily.failure?.code).toBe('store.unusable')
    await daily.stop()
  })
})
