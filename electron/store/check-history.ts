/** Verifies an open desk's history: what was added since a part of it was verified, or the whole. */
import type { Result } from '../../shared/errors.ts'
import { ok } from '../../shared/errors.ts'
import type { LogFlaw } from '../../shared/history/verify-heads.ts'
import type { LogProof, VerifiedLog } from '../../shared/history/verify-log.ts'
import type { Watch } from '../work/watch.ts'
import { storeFailure } from './failures.ts'
import { asLatest } from './old-version.ts'
import { withSnapshot } from './snapshot.ts'
import { verifyAdded, verifyDatabase } from './verify-database.ts'
import { broken } from './verify-file.ts'

/** What was verified. */
export interface CheckedHistory {
  /** What a later check goes on from. */
  readonly log: VerifiedLog
  readonly isWhole: boolean
}

const checked = (
  found: LogProof | LogFlaw,
  log: VerifiedLog | null,
  isWhole: boolean,
): Result<CheckedHistory> =>
  found.ok && log !== null ? ok({ log, isWhole }) : { ok: false, error: broken(found as LogFlaw) }

async function checkAdded(
  path: string,
  since: VerifiedLog,
  watch: Watch,
): Promise<Result<CheckedHistory> | null> {
  const found = await withSnapshot(path, (raw) => verifyAdded(raw, path, since, watch))
  if (found === null || !found.ok) return found
  return 'proof' in found.value
    ? checked(found.value.proof, found.value.log, false)
    : checked(found.value, null, false)
}

async function checkWhole(path: string, watch: Watch): Promise<Result<CheckedHistory>> {
  let log: VerifiedLog | null = null
  const found = await withSnapshot(path, (raw) =>
    asLatest(raw, (latest) => verifyDatabase(latest, path, {}, watch, (now) => (log = now))),
  )
  return found.ok ? checked(found.value, log, true) : found
}

/**
 * Verifies what follows `since`; the whole where that is null or does not fit what is there. Fails with `history.broken` or
 * `store.*`; throws `Stopped` where its watch ends it.
 */
export async function checkHistory(
  path: string,
  since: VerifiedLog | null,
  watch: Watch,
): Promise<Result<CheckedHistory>> {
  try {
    const added = since === null ? null : await checkAdded(path, since, watch)
    return added ?? (await checkWhole(path, watch))
  } catch (error) {
    return { ok: false, error: storeFailure(error, path) }
  }
}
