import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { backUpTo } from '../../electron/store/backups.ts'
import { restoreDesk } from '../../electron/store/restore.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { failureOf, newStore, runFixture, signedRequest, tamper, tempDir, valueOf } from './support.ts'

const now = Date.UTC(2026, 10, 20, 10, 0, 0, 5)

async function backedUp() {
  const store = await newStore()
  const request = await signedRequest(store)
  const backup = join(tempDir(), 'backup.db')
  valueOf(await backUpTo(store, backup))
  return { store, request, backup, dir: dirname(store.path) }
}

describe('restoring a desk', () => {
  it('puts back what the backup has, and moves aside what was there, rows after the backup included', async () => {
    const { store, request, backup, dir } = await backedUp()
    valueOf(await store.requests.transition(request.id, 'signed', 'withdrawn'))
    const head = valueOf(await store.history.head())
    await store.close()
    const { proof, replaced } = valueOf(await restoreDesk(backup, dir, 'practice', now))
    expect(proof.count).toBe(head.seq - 1)
    expect(replaced).toBe(join(dir, 'backups', 'replaced-20261120T100000005Z.db'))
    expect(valueOf(await verifyHistoryFile(replaced ?? '')).head).toBe(head.hash)
    const restored = await newStore(dir)
    expect(valueOf(await restored.requests.get(request.id))).toEqual(request)
  })

  it('works where there is nothing yet', async () => {
    const { backup } = await backedUp()
    const dir = join(tempDir(), 'new')
    expect(valueOf(await restoreDesk(backup, dir, 'practice', now)).replaced).toBeNull()
    await newStore(dir)
  })

  it('rescues a desk whose database is damaged beyond opening', async () => {
    const { store, request, backup, dir } = await backedUp()
    await store.close()
    writeFileSync(store.path, 'this was a database once, and now it is a text of some length')
    const { replaced } = valueOf(await restoreDesk(backup, dir, 'practice', now))
    expect(readFileSync(replaced ?? '', 'utf8')).toContain('was a database once')
    expect(valueOf(await (await newStore(dir)).requests.get(request.id)).state).toBe('signed')
  })

  it('is refused while this process or another has the database open, and changes nothing', async () => {
    const { store, request, backup, dir } = await backedUp()
    expect(failureOf(await restoreDesk(backup, dir, 'practice', now)).code).toBe('store.inUse')
    expect(valueOf(await store.requests.get(request.id)).state).toBe('signed')
    await store.close()
    const child = runFixture('append', dir)
    await child.lines.next()
    expect(failureOf(await restoreDesk(backup, dir, 'practice', now)).code).toBe('store.inUse')
    child.process.kill('SIGKILL')
    await child.ended
    expect((await restoreDesk(backup, dir, 'practice', now)).ok).toBe(true)
  })

  it('is refused with a backup that does not verify, or is of the other mode, and changes nothing', async () => {
    const { store, backup, dir } = await backedUp()
    await store.close()
    const before = readFileSync(store.path)
    expect(failureOf(await restoreDesk(backup, dir, 'real', now)).code).toBe('store.practiceMixed')
    tamper(backup, `UPDATE history SET body = '{}' WHERE seq = 2`)
    expect(failureOf(await restoreDesk(backup, dir, 'practice', now)).code).toBe('history.broken')
    expect(readFileSync(store.path).equals(before)).toBe(true)
    expect(existsSync(join(dir, 'backups'))).toBe(false)
    expect(readdirSync(dir).filter((name) => name.startsWith('countersign.db'))).toEqual(['countersign.db'])
  })
})
