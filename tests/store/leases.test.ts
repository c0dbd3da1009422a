import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isAtWork, newHolder } from '../../electron/store/holder.ts'
import { fault } from '../support/proven.ts'
import { failureOf, newStore, runFixture, signedRequest, tempDir, valueOf, type Child } from './support.ts'

/** So long that none ends while a machine is slow, nor is renewed while its holder is stopped: the clock is moved on. */
const leaseMs = 60_000

/** That of a holder who is watched renewing it: three times in that time. */
const renewedMs = 3_000

const say = (child: Child): void => void child.process.stdin?.write('go\n')
const next = async (child: Child): Promise<string> => String((await child.lines.next()).value)

async function ready(dir: string, id: string, ms = leaseMs): Promise<Child> {
  const child = runFixture('lease', dir, id, String(ms))
  expect(await next(child)).toBe('ready')
  return child
}

async function withRequest(ms = leaseMs) {
  const dir = tempDir()
  let offsetMs = 0
  const store = await newStore(dir, 'practice', () => Date.now() + offsetMs, ms)
  const { id } = await signedRequest(store)
  const moveClock = (by: number): void => {
    offsetMs += by
  }
  return { dir, store, id, moveClock }
}

describe('of two processes on one database', () => {
  it('one acts on a request, and the other is told that it is busy', { timeout: 60_000 }, async () => {
    const { dir, store, id } = await withRequest(renewedMs)
    const [one, two] = [await ready(dir, id, renewedMs), await ready(dir, id, renewedMs)]
    say(one)
    expect(await next(one)).toBe('mine')
    say(two)
    expect(await next(two)).toBe('request.busy')
    const failure = failureOf(await store.requests.transition(id, 'signed', 'withdrawn'))
    expect(failure).toMatchObject({ code: 'request.busy', outcome: 'not-sent' })
    expect(failureOf(await store.submissions.begin(id, '{}')).code).toBe('request.busy')
    say(one)
    expect(await next(one)).toBe('withdrawn')
    expect(await one.ended).toBe(0)
    valueOf(await store.leases.acquire(id))
  })

  it('a lease lives as long as its holder, however long that is', { timeout: 60_000 }, async () => {
    const { dir, store, id } = await withRequest(renewedMs)
    const one = await ready(dir, id, renewedMs)
    say(one)
    expect(await next(one)).toBe('mine')
    // Past the end that it was taken with.
    await sleep(renewedMs + 100)
    expect(failureOf(await store.leases.acquire(id)).code).toBe('request.busy')
    one.process.kill('SIGKILL')
    await one.ended
  })

  it('one that was killed loses its lease, but not before it has expired', { timeout: 60_000 }, async () => {
    const { dir, store, id, moveClock } = await withRequest()
    const one = await ready(dir, id)
    say(one)
    expect(await next(one)).toBe('mine')
    one.process.kill('SIGKILL')
    await one.ended
    expect(failureOf(await store.requests.transition(id, 'signed', 'withdrawn')).code).toBe('request.busy')
    const waiting = store.leases.acquire(id)
    expect(await Promise.race([waiting, sleep(100, 'not yet')])).toBe('not yet')
    moveClock(leaseMs)
    const lease = valueOf(await waiting)
    expect(valueOf(await store.requests.transition(id, 'signed', 'withdrawn')).state).toBe('withdrawn')
    await lease.release()
  })

  it('one that was away for too long writes nothing more', { timeout: 60_000 }, async () => {
    const { dir, store, id, moveClock } = await withRequest()
    const one = await ready(dir, id)
    say(one)
    expect(await next(one)).toBe('mine')
    one.process.kill('SIGSTOP')
    moveClock(leaseMs)
    const lease = valueOf(await store.leases.acquire(id))
    one.process.kill('SIGCONT')
    say(one)
    expect(await next(one)).toBe('request.busy')
    valueOf(await store.requests.transition(id, 'signed', 'withdrawn'))
    await lease.release()
    expect(await one.ended).toBe(0)
  })
})

fault(
  'load',
  'the event loop of who acts on a request stands still for longer than its lease',
  'it keeps the lease while it lives: another is told that it is busy, and it goes on',
  2,
  async () => {
    const { dir, store, id, moveClock } = await withRequest()
    const file = join(dir, 'go-on')
    const child = runFixture('blocked-lease', dir, id, String(leaseMs), file)
    expect(await next(child)).toBe('ready')
    say(child)
    expect(await next(child)).toBe('mine')
    moveClock(leaseMs + 1)
    expect(failureOf(await store.leases.acquire(id)).code).toBe('request.busy')
    expect(failureOf(await store.requests.transition(id, 'signed', 'withdrawn')).code).toBe('request.busy')
    writeFileSync(file, '')
    expect(await next(child)).toBe('withdrawn')
    expect(await child.ended).toBe(0)
    valueOf(await store.leases.acquire(id))
  },
)

describe('who holds a lease', () => {
  it('is at work as long as its process is, and is not a later process of its number', () => {
    const mine = newHolder()
    expect(newHolder()).not.toBe(mine)
    expect(isAtWork(mine)).toBe(process.platform === 'linux')
    const [pid = '', beginning = '', random = ''] = mine.split('/')
    expect(isAtWork([pid, `${beginning}0`, random].join('/'))).toBe(false)
    expect(isAtWork([pid, '', random].join('/'))).toBe(false)
    expect(isAtWork(['4194304', beginning, random].join('/'))).toBe(false)
    expect(isAtWork(`${process.pid}-00112233`)).toBe(false)
    expect(isAtWork('../../etc/x')).toBe(false)
  })
})

describe('a lease', () => {
  it('is held once within a process too, and can be taken again once it was given back', async () => {
    const { store, id } = await withRequest()
    const lease = valueOf(await store.leases.acquire(id))
    expect(failureOf(await store.leases.acquire(id)).code).toBe('request.busy')
    valueOf(await store.requests.transition(id, 'signed', 'withdrawn'))
    await lease.release()
    await lease.release()
    valueOf(await store.leases.acquire(id))
  })

  it('is not prolonged by a clock that was set back by an hour', async () => {
    const dir = tempDir()
    // The holder is dead when this counts, so it may be as short as the test wants to be.
    const shortMs = 600
    const store = await newStore(dir, 'practice', undefined, shortMs)
    const { id } = await signedRequest(store)
    const child = await ready(dir, id, shortMs)
    say(child)
    expect(await next(child)).toBe('mine')
    child.process.kill('SIGKILL')
    await child.ended
    const later = await newStore(dir, 'practice', () => Date.now() - 3_600_000, shortMs)
    valueOf(await later.leases.acquire(id))
  })

  it('of a request that is not here is none', async () => {
    const { store } = await withRequest()
    expect(failureOf(await store.leases.acquire('none')).code).toBe('request.unknown')
  })

  it('is given back when its store is closed', async () => {
    const { dir, store, id } = await withRequest()
    valueOf(await store.leases.acquire(id))
    await store.close()
    const again = await newStore(dir, 'practice', undefined, 60_000)
    valueOf(await again.leases.acquire(id))
  })
})
