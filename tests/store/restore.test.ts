import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newestHeadName } from '../../electron/store/newest-head.ts'
import { openStore } from '../../electron/store/open-store.ts'
import { restoreDesk } from '../../electron/store/restore.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { toHex } from '../../shared/hex.ts'
import { readCheckpoint } from '../../shared/history/checkpoint.ts'
import {
  failureOf,
  newStore,
  runFixture,
  signedRequest,
  signer,
  tamper,
  tempDir,
  valueOf,
} from './support.ts'

const now = Date.UTC(2026, 10, 20, 10, 0, 0, 5)

async function backedUp() {
  const store = await newStore()
  const request = await signedRequest(store)
  const backup = join(tempDir(), 'backup.db')
  valueOf(await store.backup(backup))
  return { store, request, backup, dir: dirname(store.path) }
}

describe('restoring a desk', () => {
  it('puts back what the backup has, and moves aside what was there, rows after the backup included', async () => {
    const { store, request, backup, dir } = await backedUp()
    valueOf(await store.requests.transition(request.id, 'signed', 'withdrawn'))
    const head = valueOf(await store.history.head())
    await store.close()
    const newestBefore = readFileSync(join(dir, newestHeadName), 'utf8')
    const { proof, replaced } = valueOf(await restoreDesk(backup, dir, 'practice', now))
    expect(proof.count).toBe(head.seq - 1)
    expect(replaced).toBe(join(dir, 'backups', 'replaced-20261120T100000005Z.db'))
    expect(valueOf(await verifyHistoryFile(replaced ?? '')).head).toBe(head.hash)
    const restored = await newStore(dir)
    const frozenSince = new Date(now).toISOString()
    expect(valueOf(await restored.requests.get(request.id))).toEqual({ ...request, frozenSince })
    const [row] = valueOf(await restored.history.list({ limit: 1 }))
    expect(row).toMatchObject({ kind: 'desk.restored', seq: proof.count + 1, prevHash: proof.head })
    const newest = readCheckpoint(newestBefore)
    if (typeof newest === 'string') throw new Error(newest)
    expect(JSON.parse(row?.body ?? '')).toEqual({
      source: { count: proof.count, head: proof.head },
      replaced: { count: head.seq, head: head.hash },
      newest: { size: newest.size, root: toHex(newest.root) },
      frozen: [request.id],
    })
    expect(valueOf(await verifyHistoryFile(restored.path)).headAt).toBe(row?.seq)
  })

  it('goes on with an older copy that lies in place of the newer one, where it is restored over itself', async () => {
    const { store, backup, dir } = await backedUp()
    valueOf(await store.history.append({ kind: 'test.noted', body: {} }))
    valueOf(await store.heads.sign())
    await store.close()
    copyFileSync(backup, store.path)
    expect(failureOf(await openStore({ dir, mode: 'practice' })).code).toBe('store.older')
    const { replaced } = valueOf(await restoreDesk(store.path, dir, 'practice', now))
    expect(readFileSync(replaced ?? '').equals(readFileSync(backup))).toBe(true)
    expect(valueOf(await (await newStore(dir)).history.list({ limit: 1 }))[0]?.kind).toBe('desk.restored')
  })

  it('uses no nonce that the database before it had used, whatever the clock says', async () => {
    const { store, backup, dir } = await backedUp()
    const ahead = now + 3_600_000
    valueOf(await store.nonces.allocate(signer, 'testnet', ahead))
    valueOf(await store.nonces.allocate('0x6b6579', 'testnet', ahead + 5))
    await store.close()
    valueOf(await restoreDesk(backup, dir, 'practice', now))
    const restored = await newStore(dir)
    expect(valueOf(await restored.nonces.allocate(signer, 'testnet', now))).toBe(ahead + 1)
    expect(valueOf(await restored.nonces.allocate('0x6b6579', 'testnet', now))).toBe(ahead + 6)
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
