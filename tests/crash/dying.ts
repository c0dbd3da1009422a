/** The ways in which a desk process dies that are not between two of its own steps. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import BetterSqlite from 'better-sqlite3'
import type { Store } from '../../electron/store/port.ts'

/** Ends this process as a power cut would: nothing of it runs after this line. */
export function die(): void {
  process.kill(process.pid, 'SIGKILL')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/** Dies in the transaction that migrates to a version, when all of it is written but the COMMIT. */
export function watchMigrations(version: number): void {
  const { pragma } = BetterSqlite.prototype
  BetterSqlite.prototype.pragma = function (this: BetterSqlite.Database, source: string, ...more) {
    const result: unknown = pragma.call(this, source, ...more)
    if (source === `user_version = ${version}` && !this.memory) die()
    return result
  } as typeof pragma
}

/** Exports the history to a file, and dies after so many pieces were written; null lives on. */
export async function exportHistory(store: Store, path: string, pieces: number | null): Promise<void> {
  const file = openSync(path, 'w')
  let written = 0
  for await (const piece of store.history.export()) {
    if (!piece.ok) throw new Error(piece.error.message)
    let half = Math.ceil(piece.value.length / 2)
    // In the middle of a row: what ends with a whole row would be a shorter export, but no cut one.
    while (piece.value.slice(half - 1, half + 1).includes('\n')) half -= 1
    writeSync(file, piece.value.slice(0, half))
    if (pieces !== null && written >= pieces - 1) die()
    writeSync(file, piece.value.slice(half))
    written += 1
  }
  closeSync(file)
}

/** A thread that kills the whole process so many microseconds after it is told to, whatever the main thread does. */
const killer = (signal: SharedArrayBuffer, afterUs: number): Worker =>
  new Worker(
    `const { workerData: { signal, afterUs }, parentPort } = require('node:worker_threads')
     parentPort.postMessage('ready')
     Atomics.wait(new Int32Array(signal), 0, 0)
     const until = process.hrtime.bigint() + BigInt(afterUs) * 1000n
     while (process.hrtime.bigint() < until);
     process.kill(process.pid, 'SIGKILL')`,
    { eval: true, workerData: { signal, afterUs } },
  )

/** Checkpoints the log; dies in the middle after so many microseconds, or right after it. Null lives on. */
export async function dieInCheckpoint(path: string, afterUs: number | null): Promise<void> {
  const raw = new BetterSqlite(path)
  raw.pragma('synchronous = FULL')
  if (afterUs !== null) {
    const signal = new SharedArrayBuffer(4)
    const worker = killer(signal, afterUs)
    await new Promise((resolve) => worker.once('message', resolve))
    Atomics.store(new Int32Array(signal), 0, 1)
    Atomics.notify(new Int32Array(signal), 0)
  }
  raw.pragma('wal_checkpoint(TRUNCATE)')
  if (afterUs !== null) die()
  raw.close()
}
