/** Says of a venue's answer that does not fit that it was the venue's, not something that the person typed. */
import { fail, type Result } from '../../shared/errors.ts'

/** Turns an `input.*` failure into `venue.badAnswer`, which names the same field; leaves all else as it is. */
export function asAnswer<T>(venue: string, read: Result<T>): Result<T> {
  if (read.ok || !read.error.code.startsWith('input.')) return read
  return fail('venue.badAnswer', { venue, detail: read.error.message })
}
