/** The worker: does one job after the other, and tells of each how far it is and what came of it. */
import { parentPort } from 'node:worker_threads'
import { failure } from '../../shared/errors.ts'
import { jobs, type JobName } from './jobs.ts'
import type { Job, Message } from './run.ts'
import { Stopped, type Watch } from './watch.ts'

/** How often it tells how far it is, in ms. */
const tellEveryMs = 200

const tell = (message: Message): void => parentPort?.postMessage(message)

function watchOf(stop: Int32Array): Watch {
  let toldAt = performance.now()
  return {
    at(done, total) {
      if (Atomics.load(stop, 0) !== 0) throw new Stopped()
      if (performance.now() - toldAt < tellEveryMs) return
      toldAt = performance.now()
      tell({ share: total === 0 ? 1 : done / total })
    },
  }
}

const isJob = (name: string): name is JobName => Object.hasOwn(jobs, name)

async function work({ name, input, stop }: Job): Promise<unknown> {
  if (!isJob(name)) throw new Error(`there is no job "${String(name)}"`)
  const run = jobs[name] as (input: unknown, watch: Watch) => Promise<unknown>
  try {
    return await run(input, watchOf(stop))
  } catch (error) {
    if (error instanceof Stopped) return { ok: false, error: failure('program.stopped') }
    throw error
  }
}

parentPort?.on('message', (job: Job) => {
  // What is thrown here is a bug: it ends the worker, and whoever asked for the job is told.
  void work(job).then((result) => tell({ result }))
})
