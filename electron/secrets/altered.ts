/** What is said of a sealed record that cannot be trusted. */
import { fail, type Result } from '../../shared/errors.ts'

/** The failure for a record that is not as it was written; `detail` never holds any of its content. */
export const altered = (detail: string): Result<never> => fail('secret.altered', { detail })
