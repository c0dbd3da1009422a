/** What the tests of the store share with the processes that they start. */
import type { StoredRequest } from '../../electron/store/port.ts'
import type { Result } from '../../shared/errors.ts'
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import { readSignatureHex } from '../../shared/signature.ts'
import { rulesOf } from '../../shared/venues/registry.ts'

const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** The body that a signed request is sent with. */
export const bodyOf = ({ prepared, signature }: StoredRequest): string => {
  const request = must(readPreparedRequest(prepared, ''))
  return rulesOf(request.venue).bodyOf(request.wire, must(readSignatureHex(signature)))
}
