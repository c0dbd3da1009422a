/**
 * Many processes that take nonces of one signer at once. Each is killed half way (SIGKILL) and started again while the
 * others go on, every second one with a clock that was set back by an hour.
 */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openStore } from '../../electron/store/open-store.ts'
import { bundledProgram } from '../support/bundle.ts'
import { must } from '../support/desk.ts'

const program = new URL('../store/fixtures/allocate.ts', import.meta.url)
const signer = `0x${'a1'.repeat(20)}` as const
const hourMs = 3_600_000

/** How much is taken. */
export interface NonceRun {
  readonly processes: number
  /** How many nonces each process takes at least. */
  readonly each: number
}

/** What one process is to take. */
interface Taking {
  /** How many it ends after; one that is killed takes them until then. */
  readonly count: number
  /** Its clock, which stands still; Unix ms. */
  readonly nowMs: number
  /** After how many nonces it is killed; never where it is left out. */
  readonly killAfter?: number
}

/** The nonces that a process of its own took, each handed to `tell` as it is told. */
async function take(
  dir: string,
  { count, nowMs, killAfter }: Taking,
  tell: (nonce: number) => void,
  running: Set<ChildProcess>,
): Promise<readonly number[]> {
  const args = [await bundledProgram(program), dir, signer, String(count), String(nowMs)]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  running.add(child)
  const ended = once(child, 'close')
  const nonces: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') child.stdin.write('go\n')
    else {
      nonces.push(Number(line))
      tell(Number(line))
      if (nonces.length === killAfter) child.kill('SIGKILL')
    }
  }
  await ended
  if (killAfter === undefined) assert.equal(nonces.length, count)
  else assert.equal(child.signalCode, 'SIGKILL')
  return nonces
}

const assertRising = (nonces: readonly number[]): void =>
  assert.ok(nonces.every((nonce, place) => place === 0 || nonce > (nonces[place - 1] ?? 0)))

/** Takes them all in `dir` and proves that none came twice and that they rise; the highest of them. */
async function takeAll(dir: string, { processes, each }: NonceRun, nowMs: number): Promise<number> {
  let highest = 0
  const running = new Set<ChildProcess>()
  const tell = (nonce: number): void => void (highest = Math.max(highest, nonce))

  const killedAndAgain = async (place: number): Promise<readonly number[]> => {
    const before = await take(dir, { count: Infinity, nowMs, killAfter: Math.ceil(each / 2) }, tell, running)
    const told = highest
    const clock = place % 2 === 0 ? nowMs : nowMs - hourMs
    const left = Math.max(1, each - before.length)
    const after = await take(dir, { count: left, nowMs: clock }, tell, running)
    // Not only above its own: above every nonce that anybody had been given when it was started again.
    assert.ok(after.every((nonce) => nonce > told))
    return [...before, ...after]
  }

  const taking = Array.from({ length: processes }, (_, place) => killedAndAgain(place))
  // Where one fails the others would go on for ever.
  const taken = await Promise.all(taking).finally(() => {
    for (const child of running) child.kill('SIGKILL')
  })
  for (const own of taken) assertRising(own)
  const all = taken.flat()
  assert.ok(all.length >= processes * each)
  assert.equal(new Set(all).size, all.length)
  return highest
}

/** Takes them all, and one more after everything was closed. Throws where one came twice or did not rise. */
export async function runNonces(run: NonceRun): Promise<{ readonly summary: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-nonces-'))
  const nowMs = Date.now()
  const began = performance.now()
  try {
    await must(await openStore({ dir, mode: 'practice' })).close()
    const highest = await takeAll(dir, run, nowMs)
    const store = must(await openStore({ dir, mode: 'practice' }))
    assert.ok(must(await store.nonces.allocate(signer, 'testnet', nowMs - hourMs)) > highest)
    await store.close()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  const seconds = (performance.now() - began) / 1000
  const { processes, each } = run
  const rate = Math.round((processes * each) / seconds)
  const summary = `${processes} processes took ${each} nonces each, all killed half way and started again, half of them with a clock set back by an hour: none twice, all rising (${Math.round(seconds)} s, ${rate} a second).`
  return { summary }
}
