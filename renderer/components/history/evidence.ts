/** What one row of the history proves, computed here from the row itself and from the row before it. */
import type { HistoryRowView, RequestView } from '../../../shared/contract.ts'
import { readCanonicalObject } from '../../../shared/history/canonical-json.ts'
import { genesisHash, rowHash } from '../../../shared/history/chain.ts'
import type { Hex } from '../../../shared/hex.ts'
import { recomputeDigests } from '../../../shared/prepared-request.ts'
import { readSignatureHex, recoverAddress } from '../../../shared/signature.ts'
import { visibleLines } from '../../../shared/visible-text.ts'

/** One thing that was checked. */
export interface Check {
  readonly good: boolean
  readonly text: string
}

/** A hex value of a row, under its name. */
export interface Fact {
  readonly name: string
  readonly value: string
}

const hexOf = (value: unknown): Hex | null =>
  typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value) ? (value as Hex) : null

function chainChecks(row: HistoryRowView, before: HistoryRowView | undefined): Check[] {
  const own = rowHash(row) === row.hash
  const follows = row.seq === 1 ? row.prevHash === genesisHash : before && before.hash === row.prevHash
  return [
    {
      good: own,
      text: own ? 'Hash recomputed from its content: the same' : 'Its content does not give its hash',
    },
    ...(follows === undefined
      ? []
      : [
          {
            good: follows,
            text: follows
              ? row.seq === 1
                ? 'It is the first'
                : `Follows #${row.seq - 1}`
              : `It does not follow #${row.seq - 1}`,
          },
        ]),
  ]
}

function requestChecks(row: HistoryRowView, request: RequestView | undefined): Check[] {
  const body = readCanonicalObject(row.body) ?? {}
  if (!request) return []
  const { digest } = recomputeDigests(request.prepared)
  const said = hexOf(body['digest'])
  const signature = hexOf(body['signature'])
  const read = readSignatureHex(signature)
  const right = read.ok && recoverAddress(digest, read.value) === request.prepared.signer.address
  return [
    ...(said === null
      ? []
      : [
          {
            good: said === digest,
            text:
              said === digest
                ? 'Digest rebuilt from the fields: the same'
                : 'Its digest is not that of the fields',
          },
        ]),
    ...(signature === null
      ? []
      : [
          {
            good: right,
            text: right
              ? `Signer recovered, as expected; s is low, v is ${read.value.v}`
              : 'The signature is not by the signer',
          },
        ]),
  ]
}

/** Everything that is checked of a row. `before` is the row that stands before it, if it is known. */
export const checksOf = (
  row: HistoryRowView,
  before: HistoryRowView | undefined,
  request: RequestView | undefined,
): readonly Check[] => [...requestChecks(row, request), ...chainChecks(row, before)]

/** The values of a row that are compared by eye: digests, signature, and its place in the chain. */
export function factsOf(row: HistoryRowView, request: RequestView | undefined): readonly Fact[] {
  const body = readCanonicalObject(row.body) ?? {}
  const signature = hexOf(body['signature'])
  const read = readSignatureHex(signature)
  const connectionId = request?.prepared.digests.connectionId
  return [
    ...(connectionId ? [{ name: 'connectionId', value: connectionId }] : []),
    ...(request ? [{ name: 'Digest', value: request.prepared.digests.digest }] : []),
    ...(read.ok
      ? [
          { name: 'Signature r', value: read.value.r },
          { name: 'Signature s', value: read.value.s },
        ]
      : []),
    { name: 'Entry before', value: row.prevHash },
    { name: 'This entry', value: row.hash },
  ]
}

/** The canonical body, indented for reading. */
export const prettyBody = ({ body }: HistoryRowView): string =>
  visibleLines(JSON.stringify(readCanonicalObject(body), null, 2))
