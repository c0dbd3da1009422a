/** Which backup can take the place of a database that cannot be opened. */
import { basename } from 'node:path'
import type { HistoryMode } from '../../shared/history/chain.ts'
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

/** The newest backup beside a database that verifies and is of its mode, and how many newer ones are not such. */
export async function newestGoodBackup(
  database: string,
  mode: HistoryMode,
): Promise<{ readonly backup: GoodBackup | null; readonly passedOver: number }> {
  let passedOver = 0
  for (const { path, atMs } of backupsBeside(database)) {
    const proof = await verifyHistoryFile(path)
    if (proof.ok && proof.value.mode === mode)
      return {
        backup: { path, fileName: basename(path), atMs: Math.floor(atMs), proof: proof.value },
        passedOver,
      }
    passedOver += 1
  }
  return { backup: null, passedOver }
}
