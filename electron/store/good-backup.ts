/** Which backup can take the place of a database that cannot be opened. */
import { basename } from 'node:path'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { ok, type Result } from '../../shared/errors.ts'
import { partOf, type Watch } from '../work/watch.ts'
import { backupsBeside } from './recovery.ts'
import { verifyHistoryFile, type FileProof } from './verify-file.ts'

/** A backup that verifies. */
export interface GoodBackup {
  readonly path: string
  readonly fileName: string
  /** Unix ms of its last change. */
  readonly atMs: number
  readonly proof: FileProof
}

/** What there is to put in the place of a database, and how many newer ones do not verify or are of another mode. */
export interface Recovery {
  readonly backup: GoodBackup | null
  readonly passedOver: number
}

/** The newest backup beside a database that verifies and is of its mode. */
export async function newestGoodBackup(
  database: string,
  mode: HistoryMode,
  watch: Watch,
): Promise<Result<Recovery>> {
  const all = backupsBeside(database)
  for (const [passedOver, { path, atMs }] of all.entries()) {
    const part = partOf(watch, passedOver / all.length, (passedOver + 1) / all.length)
    const proof = await verifyHistoryFile(path, {}, part)
    if (proof.ok && proof.value.mode === mode) {
      const backup = { path, fileName: basename(path), atMs: Math.floor(atMs), proof: proof.value }
      return ok({ backup, passedOver })
    }
  }
  return ok({ backup: null, passedOver: all.length })
}
