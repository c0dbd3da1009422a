/**
 * Starts a job in a worker, so that the process which asked for it goes on answering. The two threads share nothing but
 * plain data and one number, by which the job is stopped.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { JobName, Jobs } from './jobs.ts'
import { unwatched, type Watch } from './watch.ts'

/** What a worker is given. */
export interface Job {
  readonly name: JobName
  readonly input: unknown
  /** Not 0 once the job is to end. */
  readonly stop: Int32Array
}

/** What a worker tells: which share of the work is done, from 0 to 1, or what came of it. */
export type Message = { readonly share: number } | { readonly result: unknown }

/** Whoever asked for a job, and may stop it. */
export interface Follow {
  readonly signal?: AbortSignal
  /** Told several times a second which share is done, from 0 to 1. */
  readonly onShare?: (share: number) => void
}

type Input<Name extends JobName> = Parameters<Jobs[Name]>[0]
type Output<Name extends JobName> = Awaited<ReturnType<Jobs[Name]>>

/** The worker's program: beside this file as it is in the sources, or in the folder of what was built. */
function workerFile(): string {
  const here = import.meta.dirname
  const places = [join(here, 'worker.ts'), join(here, 'worker.js'), join(here, '..', 'worker.js')]
  const found = places.find((path) => existsSync(path))
  if (found === undefined) throw new Error(`the worker's program is not beside ${here}`)
  return found
}

/** For how long a worker without a job is kept, in ms: starting one takes longer than many a job. */
const idleMs = 30_000

const idle = new Map<Worker, NodeJS.Timeout>()

/** A worker without a job; a new one where there is none. */
function takeWorker(): Worker {
  for (const [worker, timer] of idle) {
    clearTimeout(timer)
    idle.delete(worker)
    worker.ref()
    return worker
  }
  return new Worker(workerFile(), { execArgv: [] })
}

/** Keeps a worker for the next job. It keeps no process alive. */
function giveBack(worker: Worker): void {
  worker.unref()
  const end = (): void => {
    idle.delete(worker)
    void worker.terminate()
  }
  idle.set(worker, setTimeout(end, idleMs).unref())
}

function resultOf<T>(worker: Worker, job: Job, onShare: Follow['onShare']): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const ended = (): void => reject(new Error(`the job "${job.name}" ended without a result`))
    const hear = (message: Message): void => {
      if ('share' in message) {
        onShare?.(message.share)
        return
      }
      worker.off('message', hear).off('error', reject).off('exit', ended)
      giveBack(worker)
      resolve(message.result as T)
    }
    worker.on('message', hear).on('error', reject).on('exit', ended)
    worker.postMessage(job)
  })
}

/**
 * The native part of better-sqlite3 is built for Node-API 10. A runtime that is older has one that was put in its place for
 * its first thread only: there the work is done in that thread.
 */
const hasWorkers = Number(process.versions['napi']) >= 10

/** Does a job in this thread, which nobody can follow or stop meanwhile. */
async function runHere<Name extends JobName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
  const { jobs } = await import('./jobs.ts')
  const run = jobs[name] as (input: Input<Name>, watch: Watch) => Promise<Output<Name>>
  return run(input, unwatched)
}

/**
 * Runs a job in a worker. A stopped one has undone what it had made, and fails with `program.stopped`; otherwise it gives
 * what the job gives. Rejects where the job has a bug.
 */
export async function runJob<Name extends JobName>(
  name: Name,
  input: Input<Name>,
  { signal, onShare }: Follow = {},
): Promise<Output<Name>> {
  if (!hasWorkers) return runHere(name, input)
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const end = (): void => void Atomics.store(stop, 0, 1)
  if (signal?.aborted === true) end()
  signal?.addEventListener('abort', end)
  try {
    return await resultOf<Output<Name>>(takeWorker(), { name, input, stop }, onShare)
  } finally {
    signal?.removeEventListener('abort', end)
  }
}
