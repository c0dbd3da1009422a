import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createDesk } from '../../electron/host/router.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { newStore, tamper, valueOf } from '../store/support.ts'

const mode = 'practice'
const good = 'countersign-20261119T070000000Z-daily.db'
const newer = 'countersign-20261120T070000000Z-daily.db'

/** A practice desk's folder with a backup of `rows` rows in it, and then two rows more. */
async function deskFolder(rows = 3): Promise<{ dir: string; database: string; backups: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-recovery-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const store = await newStore(dir)
  const note = async (row: number) =>
    valueOf(await store.history.append({ kind: 'test.noted', body: { row, text: 'x'.repeat(2_000) } }))
  for (let row = 0; row < rows; row += 1) await note(row)
  const backups = join(dir, 'backups')
  mkdirSync(backups)
  valueOf(await store.backup(join(backups, good)))
  await note(rows)
  await note(rows + 1)
  await store.close()
  return { dir, database: store.path, backups }
}

/** A desk that is to begin in practice with this folder. */
async function openDesk(dataDir: string) {
  const desk = valueOf(await createDesk({ shell: 'browser', version: '0', dataDir, mode }))
  onTestFinished(() => desk.close())
  return createRouterClient(desk.router)
}

describe('a desk that cannot be opened at its start', () => {
  it('is served all the same, without a desk, and tells why', async () => {
    const { dir, database } = await deskFolder()
    writeFileSync(database, '')
    const client = await openDesk(dir)
    expect(await client.session.get()).toMatchObject({ mode: null, path: null })
    expect(await client.session.failed()).toMatchObject({ mode, failure: { code: 'store.lost' } })
    expect(await client.accounts.list()).toMatchObject({ error: { code: 'session.notOpen' } })
  })

  it('is found its newest backup that verifies; a newer one that does not is passed over', async () => {
    const { dir, database, backups } = await deskFolder()
    writeFileSync(database, 'not a database at all, but as long as one could be'.repeat(100))
    writeFileSync(join(backups, newer), readFileSync(join(backups, good)).subarray(0, 5_000))
    const client = await openDesk(dir)
    expect(await client.session.failed()).toMatchObject({ failure: { code: 'store.unusable' } })
    const recovery = valueOf(await client.session.recovery({ mode }))
    expect(recovery).toMatchObject({ path: database, folder: backups, passedOver: 1 })
    expect(recovery.backup).toMatchObject({ fileName: good, count: 4 })
  })

  it('has the backup put in place, keeps the damaged database whole beside it, and then opens', async () => {
    const { dir, database, backups } = await deskFolder()
    const damaged = 'not a database at all, but as long as one could be'.repeat(100)
    writeFileSync(database, damaged)
    const client = await openDesk(dir)
    const restored = valueOf(await client.session.restore({ mode, fileName: good }))
    expect(restored.count).toBe(4)
    expect(readFileSync(restored.replaced ?? '', 'utf8')).toBe(damaged)
    expect(valueOf(await client.session.open({ mode }))).toMatchObject({ mode, path: database })
    expect(await client.session.failed()).toBeNull()
    expect(valueOf(await client.history.list({ limit: 10 })).at(-1)?.seq).toBe(1)
    expect(readdirSync(backups)).toContain(good)
  })

  it('never takes a database that was replaced for a backup', async () => {
    const { dir, database, backups } = await deskFolder()
    copyFileSync(database, join(backups, 'replaced-20261121T070000000Z.db'))
    writeFileSync(database, '')
    const client = await openDesk(dir)
    const recovery = valueOf(await client.session.recovery({ mode }))
    expect(recovery.backup?.fileName).toBe(good)
  })

  it('takes nothing from outside of the folder of backups, and nothing that does not verify', async () => {
    const { dir, database, backups } = await deskFolder()
    copyFileSync(join(backups, good), join(dir, 'elsewhere.db'))
    writeFileSync(database, '')
    writeFileSync(join(backups, newer), 'no database')
    const client = await openDesk(dir)
    for (const fileName of ['../elsewhere.db', join(dir, 'elsewhere.db'), newer])
      expect((await client.session.restore({ mode, fileName })).ok).toBe(false)
    expect(readFileSync(database, 'utf8')).toBe('')
  })
})

describe('a desk that is open', () => {
  it('is not replaced by a backup', async () => {
    const { dir, database } = await deskFolder()
    const client = await openDesk(dir)
    const refused = { ok: false, error: { code: 'store.inUse' } }
    expect(await client.session.recovery({ mode })).toMatchObject(refused)
    expect(await client.session.restore({ mode, fileName: good })).toMatchObject(refused)
    expect(valueOf(await verifyHistoryFile(database)).count).toBe(6)
  })

  it('whose history was edited meanwhile tells that it does not verify, and where', async () => {
    const { dir, database } = await deskFolder()
    const client = await openDesk(dir)
    // A desk that has just been opened may still be writing its daily backup.
    await vi.waitFor(() => tamper(database, `UPDATE history SET body = '{}' WHERE seq = 3`), 15_000)
    expect(await client.history.verify({ whole: false })).toMatchObject({
      ok: false,
      error: { code: 'history.broken' },
    })
  })
})
