import { setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect, it, onTestFinished } from 'vitest'
import { exchange } from '../../electron/venues/http-exchange.ts'
import { startLimit } from '../../electron/time-limit.ts'
import { fault } from '../support/proven.ts'
import { startRawServer } from './support.ts'

const totalMs = 400

async function venue(size: number) {
  const shared = new SharedArrayBuffer(12)
  const seen = new Int32Array(shared)
  const worker = new Worker(new URL('./answering-thread.ts', import.meta.url), {
    workerData: { shared, size },
  })
  onTestFinished(async () => void (await worker.terminate()))
  while (Atomics.load(seen, 2) === 0) await turn()
  return { url: new URL(`http://127.0.0.1:${Atomics.load(seen, 2)}/exchange`), seen }
}

/** Stands still until the answer was handed to the network, and then for longer than any limit of the exchange. */
function standStill(seen: Int32Array): void {
  Atomics.store(seen, 1, 1)
  Atomics.notify(seen, 1)
  while (Atomics.load(seen, 0) < 2) Atomics.wait(seen, 0, 1, 50)
  Atomics.wait(seen, 0, 2, totalMs * 3)
}

fault(
  'load',
  'the event loop stands still for longer than a venue is waited for, and the answer came meanwhile',
  'the answer counts, because it came in time: it is read, and nothing is put down as unknown',
  4,
  async (time) => {
    const size = [2, 2_000, 200_000, 1_900_000][time] ?? 2
    const { url, seen } = await venue(size)
    const message = { method: 'POST', headers: {}, body: '{}' } as const
    const answer = exchange(url, message, { connectMs: totalMs, totalMs, maxBytes: 2_000_000 })
    // Until the request has left, this loop turns.
    while (Atomics.load(seen, 0) === 0) await turn()
    standStill(seen)
    expect(await answer).toMatchObject({ kind: 'reply', status: 200, body: `"${'x'.repeat(size)}"` })
  },
)

it('an answer that never comes is still given up, after a loop that stood still as well', async () => {
  const server = await startRawServer(() => undefined)
  onTestFinished(() => server.close())
  const url = new URL(`http://127.0.0.1:${server.port}/exchange`)
  const message = { method: 'POST', headers: {}, body: '{}' } as const
  const answer = exchange(url, message, { connectMs: totalMs, totalMs, maxBytes: 1_000 })
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, totalMs * 2)
  expect(await answer).toMatchObject({ kind: 'loss', reason: expect.stringContaining('within 0.4 s') })
})

it('a limit ends although the loop stands still again and again', async () => {
  const over = new Promise<string>((resolve) => startLimit(20, () => resolve('over')))
  const block = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
  const busy = setInterval(block, 1)
  expect(await over).toBe('over')
  clearInterval(busy)
})
