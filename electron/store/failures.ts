/** What SQLite and the file system report, as failures of the catalogue. What is none of these is a bug and is thrown. */
import { failure, ok, type Failure, type Result } from '../../shared/errors.ts'

/** How long a writer waits for another process before `store.busy`, in milliseconds. */
export const busyTimeoutMs = 5000

/** A reason that a person can act on, by the beginning of an error code; the longest that fits counts. */
const reasons: readonly (readonly [code: string, reason: string])[] = [
  ['SQLITE_FULL', 'the disk is full.'],
  ['SQLITE_READONLY', 'it may only be read, not written.'],
  ['SQLITE_CORRUPT', 'the file is damaged.'],
  ['SQLITE_NOTADB', 'the file is damaged, or is not a database.'],
  ['SQLITE_CANTOPEN', 'it cannot be opened.'],
  ['SQLITE_IOERR', 'the disk reports an error.'],
  ['SQLITE_PERM', 'you may not open it.'],
  ['SQLITE_AUTH', 'you may not open it.'],
  ['SQLITE_NOLFS', 'the file is too large for this disk.'],
  ['SQLITE_TOOBIG', 'a text is too long for it.'],
  ['SQLITE_PROTOCOL', 'the disk does not support locks between programs.'],
  ['ENOSPC', 'the disk is full.'],
  ['EDQUOT', 'your share of the disk is full.'],
  ['EROFS', 'the disk may only be read, not written.'],
  ['EACCES', 'you may not open it.'],
  ['EPERM', 'you may not open it.'],
  ['ENOENT', 'it is not there.'],
  ['ENOTDIR', 'a part of its path is not a folder.'],
  ['EISDIR', 'it is a folder.'],
  ['EEXIST', 'a part of its path is not a folder.'],
  ['EIO', 'the disk reports an error.'],
  ['ENAMETOOLONG', 'its name is too long.'],
  ['EMFILE', 'too many files are open.'],
  ['ENFILE', 'too many files are open.'],
]

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const matches = (code: string, start: string): boolean => code === start || code.startsWith(`${start}_`)

/** Whether an error says that another connection is writing. */
export const isBusy = (error: unknown): boolean =>
  matches(codeOf(error), 'SQLITE_BUSY') || matches(codeOf(error), 'SQLITE_LOCKED')

/** A sentence for an error of SQLite or the file system; null when it is neither. */
export function reasonOf(error: unknown): string | null {
  const code = codeOf(error)
  if (isBusy(error)) return 'another Countersign is writing to it.'
  const found = reasons.find(([start]) => matches(code, start))
  return found ? `${found[1].slice(0, -1)} (${code}).` : null
}

/**
 * The failure for an error. With `maybeSent`, the id of a request that may have left, it is `store.notRecorded`:
 * nothing may then claim that it was not sent. Throws what is not an expected failure.
 */
export function storeFailure(error: unknown, path: string, maybeSent?: string): Failure {
  const detail = reasonOf(error)
  if (detail === null) throw error
  if (maybeSent !== undefined) return failure('store.notRecorded', { request: maybeSent, path, detail })
  if (isBusy(error)) return failure('store.busy', { path, seconds: busyTimeoutMs / 1000 })
  return failure('store.unusable', { path, detail })
}

/** All values, or the first failure among them. */
export function allOf<T>(results: readonly Result<T>[]): Result<readonly T[]> {
  const values: T[] = []
  for (const result of results) {
    if (!result.ok) return result
    values.push(result.value)
  }
  return ok(values)
}
