/** The backup that a running desk makes every day by itself. */
import type { Failure, Result } from '../../shared/errors.ts'
import { backUpBeside, listBackups, type VerifiedBackup } from '../store/backups.ts'
import type { Store } from '../store/port.ts'
import type { Follow } from '../work/run.ts'

const dayMs = 24 * 60 * 60_000
/** How often it is looked whether one is due: machines sleep, and clocks are set. */
const lookMs = 15 * 60_000

/** The daily backups of an open desk. */
export interface DailyBackup {
  /** Why the last one was not made; null when it was, or none was due. */
  readonly failure: Failure | null
  /** Makes one if none was made for a day; one at a time. */
  look(): Promise<void>
  /** Ends it, once what is under way is done. */
  stop(): Promise<void>
}

type BackUp = (follow?: Follow) => Promise<Result<VerifiedBackup>>

/** Starts the daily backups of a store; the first look is at once. `run` runs each, as whoever follows it wants. */
export function startDailyBackup(
  store: Pick<Store, 'backup' | 'path'>,
  now: () => number,
  run: (backUp: BackUp) => ReturnType<BackUp> = (backUp) => backUp(),
): DailyBackup {
  let failure: Failure | null = null
  let running: Promise<void> = Promise.resolve()

  async function backUpIfDue(): Promise<void> {
    const backups = listBackups(store.path)
    if (!backups.ok) {
      failure = backups.error
      return
    }
    const newest = backups.value.find(({ reason }) => reason === 'daily')
    // One from the future is no backup of today: the clock was set back.
    if (newest && now() >= newest.atMs && now() - newest.atMs < dayMs) return
    const made = await run((follow) => backUpBeside(store, 'daily', now(), follow))
    failure = made.ok ? null : made.error
  }

  const look = (): Promise<void> => {
    running = running.then(backUpIfDue)
    return running
  }
  const timer = setInterval(() => void look(), lookMs)
  timer.unref()
  void look()
  return {
    get failure() {
      return failure
    },
    look,
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
