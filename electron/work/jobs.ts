/**
 * The work that takes long and therefore runs in a worker, by name. Each opens what it reads for itself, gets nothing
 * secret (a restored or imported database has its first head signed where it is made), and tells its watch how far it is. What a job needs is loaded when it runs.
 */
import type { HistoryMode } from '../../shared/history/chain.ts'
import type { VerifiedLog } from '../../shared/history/verify-log.ts'
import type { FileOptions } from '../store/verify-file.ts'
import type { Watch } from './watch.ts'

/** The jobs. Input and output cross between threads: plain data only. */
export const jobs = {
  /** Verifies a database, a JSONL file or the folder of an export. */
  verify: async ({ file, options }: { file: string; options: FileOptions }, watch: Watch) => {
    const { verifyHistoryFile } = await import('../store/verify-file.ts')
    return verifyHistoryFile(file, options, watch)
  },
  /** Verifies what was added to a desk's history, or all of it. */
  check: async ({ file, since }: { file: string; since: VerifiedLog | null }, watch: Watch) => {
    const { checkHistory } = await import('../store/check-history.ts')
    return checkHistory(file, since, watch)
  },
  /** Copies a database to a new file, and verifies the copy. */
  backup: async (
    { database, path, permits = true }: { database: string; path: string; permits?: boolean },
    watch: Watch,
  ) => {
    const { copyAndVerify } = await import('../store/backups.ts')
    return copyAndVerify(database, path, watch, permits)
  },
  /** Looks for the newest backup beside a database that verifies. */
  recovery: async ({ database, mode }: { database: string; mode: HistoryMode }, watch: Watch) => {
    const { newestGoodBackup } = await import('../store/good-backup.ts')
    return newestGoodBackup(database, mode, watch)
  },
  /** Compares a backup with the database whose place it is to take. */
  losses: async ({ backup, dir }: { backup: string; dir: string }) => {
    const { lossesOf } = await import('../store/losses.ts')
    return lossesOf(backup, dir)
  },
  /** Puts a backup in the place of a desk's database. */
  restore: async (
    { backup, dir, mode, nowMs }: { backup: string; dir: string; mode: HistoryMode; nowMs: number },
    watch: Watch,
  ) => {
    const { restoreDesk } = await import('../store/restore.ts')
    return restoreDesk(backup, dir, mode, nowMs, watch)
  },
  /** Imports an exported history into an empty desk. */
  import: async (
    { from, dir, mode, nowMs }: { from: string; dir: string; mode: HistoryMode; nowMs: number },
    watch: Watch,
  ) => {
    const { importHistory } = await import('../store/import.ts')
    return importHistory(from, dir, mode, nowMs, watch)
  },
  /** Saves what can be read of a damaged database to a new file. */
  salvage: async ({ database, path }: { database: string; path: string }, watch: Watch) => {
    const { salvage } = await import('../store/salvage.ts')
    return salvage(database, path, watch)
  },
}

/** The jobs by name. */
export type Jobs = typeof jobs

/** Name of a job. */
export type JobName = keyof Jobs
