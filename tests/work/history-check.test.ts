import { readFileSync, utimesSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HistoryCheck } from '../../electron/host/history-check.ts'
import { Works } from '../../electron/host/works.ts'
import { openStore } from '../../electron/store/open-store.ts'
import type { Store } from '../../electron/store/port.ts'
import { readMark, stampOf, verifiedName } from '../../electron/store/verified-mark.ts'
import { altered } from '../support/altered.ts'
import { attack } from '../support/proven.ts'
import { failureOf, newAccount, signedRequest, tamper, tempDir, valueOf } from '../store/support.ts'

const day = 24 * 60 * 60_000

interface Opened {
  readonly store: Store
  readonly check: HistoryCheck
  readonly clock: { now: number }
  readonly close: () => Promise<void>
}

/** A desk as a window opens it. */
async function opened(dir: string, from = Date.UTC(2026, 10, 20)): Promise<Opened> {
  const clock = { now: from }
  const path = join(dir, 'countersign.db')
  const stamp = stampOf(path)
  const store = valueOf(await openStore({ dir, mode: 'practice' }))
  const check = new HistoryCheck(store, () => clock.now, new Works(() => undefined), stamp)
  let isOpen = true
  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    const { remember } = check.close()
    await store.close()
    remember()
  }
  onTestFinished(close)
  return { store, check, clock, close }
}

/** A desk that was used, verified and closed. */
async function usedBefore(): Promise<{ dir: string; path: string; count: number; atMs: number }> {
  const dir = tempDir()
  const { store, check, clock, close } = await opened(dir)
  await signedRequest(store)
  const { count } = valueOf(await check.verify(false))
  await close()
  return { dir, path: store.path, count, atMs: clock.now }
}

describe('the history of an open desk', () => {
  it('is verified whole at first, then only what was added, and tells both', async () => {
    const { store, check, clock } = await opened(tempDir())
    const first = valueOf(await check.verify(false))
    expect(first.whole).toEqual({ atMs: clock.now, count: first.count })
    clock.now += 1000
    expect(valueOf(await check.verify(false))).toEqual(first)
    await signedRequest(store)
    const second = valueOf(await check.verify(false))
    expect(second.count).toBeGreaterThan(first.count)
    expect(second).toMatchObject({ checkedAtMs: clock.now, whole: first.whole })
    const asked = valueOf(await check.verify(true))
    expect(asked.whole).toEqual({ atMs: clock.now, count: second.count })
  })

  it('is not verified whole again when the desk is opened again', async () => {
    const { dir, count, atMs } = await usedBefore()
    const { store, check } = await opened(dir, atMs + 1000)
    valueOf(await store.accounts.add(newAccount('Another')))
    const now = valueOf(await check.verify(false))
    expect(now.count).toBeGreaterThan(count)
    expect(now.whole).toEqual({ atMs, count })
  })

  it('is verified whole once a day', async () => {
    const { dir, atMs } = await usedBefore()
    const { store, check, clock } = await opened(dir, atMs + day)
    valueOf(await store.accounts.add(newAccount('Another')))
    valueOf(await check.verify(false))
    // What the first look began goes on by itself; a second one joins it.
    await expect.poll(async () => valueOf(await check.verify(false)).whole.atMs).toBe(clock.now)
  })
})

const edit = `UPDATE requests SET detail = '{"note":"another"}'`

attack(
  'edit',
  'writes to the database while the desk is open',
  'all of the history is verified, and the change is found',
  async () => {
    const { store, check } = await opened(tempDir())
    await signedRequest(store)
    valueOf(await check.verify(false))
    tamper(store.path, edit)
    expect(failureOf(await check.verify(false)).code).toBe('history.broken')
    expect(failureOf(await check.verify(false)).code).toBe('history.broken')
  },
)

attack(
  'edit',
  'writes to the database while the desk is closed, and sets the time of the file back',
  'all of the history is verified at the next start, and the change is found',
  async () => {
    const { dir, path } = await usedBefore()
    const { atime, mtime } = statSync(path)
    tamper(path, edit)
    utimesSync(path, atime, mtime)
    const { check } = await opened(dir)
    expect(failureOf(await check.verify(false)).code).toBe('history.broken')
  },
)

attack(
  'edit',
  'says in verified.json that rows were verified which were not',
  'what the file says does not count, because it is not sealed by the key of the installation',
  async () => {
    const { dir, path, count } = await usedBefore()
    expect(readMark(path)?.log.count).toBe(count)
    const file = join(dir, verifiedName)
    const text = readFileSync(file, 'utf8')
    tamper(path, edit)
    writeFileSync(file, altered(text, `"stamp":"${readMark(path)?.stamp}"`, `"stamp":"${stampOf(path)}"`))
    expect(readMark(path)).toBeNull()
    const { check } = await opened(dir)
    expect(failureOf(await check.verify(false)).code).toBe('history.broken')
  },
)
