import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lossesOf } from '../../electron/store/losses.ts'
import { lossesText } from '../../shared/losses.ts'
import { bodyOf, newAccount, newStore, signedRequest, tempDir, valueOf } from './support.ts'

async function backedUp() {
  const store = await newStore()
  const request = await signedRequest(store)
  const backup = join(tempDir(), 'backup.db')
  valueOf(await store.backup(backup))
  return { store, request, backup, dir: dirname(store.path) }
}

describe('what a backup does not have', () => {
  it('is nothing where the database is the same, or is not there', async () => {
    const { store, backup, dir } = await backedUp()
    await store.close()
    expect(await lossesOf(backup, dir)).toEqual({ rows: 0, lines: [], more: 0 })
    expect(await lossesOf(backup, tempDir())).toEqual({ rows: 0, lines: [], more: 0 })
  })

  it('is told by its rows, its requests as they stand, and what happened to accounts and keys', async () => {
    const { store, request, backup, dir } = await backedUp()
    valueOf(await store.submissions.begin(request.id, bodyOf(request)))
    const later = await signedRequest(store)
    valueOf(await store.accounts.add(newAccount('Second')))
    const lost = await lossesOf(backup, dir)
    expect(lost).toEqual({
      rows: 5,
      lines: [
        'an account was added',
        `BTC of Main, 3x cross -> 5x cross: signed (${later.id})`,
        `BTC of Main, 3x cross -> 5x cross: sending (${request.id})`,
      ],
      more: 0,
    })
    expect(lossesText(lost)).toBe('What is there now has 5 rows that the backup does not have.')
  })

  it('is told of histories that went on apart from the row where they parted', async () => {
    const { store, backup } = await backedUp()
    const other = tempDir()
    copyFileSync(backup, join(other, 'countersign.db'))
    const apart = await newStore(other)
    await signedRequest(apart)
    await store.close()
    // That it is a copy, and three steps.
    expect(await lossesOf(store.path, other)).toMatchObject({ rows: 4, lines: [expect.any(String)] })
  })

  it('is as much as the newest head says where an older copy lies in place of the newer one', async () => {
    const { store, request, backup, dir } = await backedUp()
    valueOf(await store.submissions.begin(request.id, bodyOf(request)))
    await store.close()
    copyFileSync(backup, store.path)
    expect(await lossesOf(backup, dir)).toEqual({ rows: 1, lines: [], more: 0 })
  })

  it('is not known where the database cannot be read, or is gone; a backup that is none loses nothing', async () => {
    const { store, backup, dir } = await backedUp()
    await store.close()
    expect(await lossesOf(join(dir, 'nothing.db'), dir)).toEqual({ rows: 0, lines: [], more: 0 })
    writeFileSync(store.path, 'no database')
    expect(await lossesOf(backup, dir)).toEqual({ rows: null, lines: [], more: 0 })
    rmSync(store.path)
    expect(await lossesOf(backup, dir)).toEqual({ rows: null, lines: [], more: 0 })
  })
})
