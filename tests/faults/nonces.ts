/** Many processes that take nonces of one signer at once, ended and started again with a clock that was set back. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openStore } from '../../electron/store/open-store.ts'
import { must } from '../support/desk.ts'

const program = fileURLToPath(new URL('../store/fixtures/allocate.ts', import.meta.url))
const signer = `0x${'a1'.repeat(20)}` as const
const hourMs = 3_600_000

/** How much is taken. */
export interface NonceRun {
  readonly processes: number
  /** How many nonces each process takes, half of them before the restart. */
  readonly each: number
}

/** Takes `count` nonces in a process of its own, whose clock stands at `nowMs`. */
async function take(dir: string, count: number, nowMs: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [program, dir, signer, String(count), String(nowMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const nonces: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') child.stdin.write('go\n')
    else nonces.push(Number(line))
  }
  assert.equal(nonces.length, count)
  return nonces
}

/** Takes them all and proves that none came twice and that they rise. Throws where that does not hold. */
export async function runNonces({ processes, each }: NonceRun): Promise<{ readonly summary: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-nonces-'))
  const began = performance.now()
  try {
    await must(await openStore({ dir, mode: 'practice' })).close()
    const nowMs = Date.now()
    const round = (clock: number): Promise<readonly (readonly number[])[]> =>
      Promise.all(Array.from({ length: processes }, () => take(dir, each / 2, clock)))
    const before = await round(nowMs)
    const after = await round(nowMs - hourMs)
    for (const own of [...before, ...after])
      assert.ok(own.every((nonce, place) => place === 0 || nonce > (own[place - 1] ?? 0)))
    const all = [...before, ...after].flat()
    assert.equal(new Set(all).size, processes * each)
    const highest = before.flat().reduce((high, nonce) => Math.max(high, nonce), 0)
    assert.ok(after.flat().every((nonce) => nonce > highest))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  const seconds = Math.round((performance.now() - began) / 1000)
  const summary = `${processes} processes took ${each} nonces each, over a restart and a clock set back by an hour: none twice, all rising (${seconds} s).`
  return { summary }
}
