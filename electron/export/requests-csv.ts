/** The requests of a history as a table: one line a request, in the order in which they were prepared. */
import type { LeverageSetting } from '../../shared/market.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { csvLine, type Cell } from './csv.ts'
import type { ExportHead, ToldRequest } from './told-request.ts'

const isoTime = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

const mode = ({ isCross }: LeverageSetting): string => (isCross ? 'cross' : 'isolated')

type Column = readonly [name: string, of: (request: ToldRequest, head: ExportHead) => Cell]

/** The columns; their names are a format (docs/formats.md) and only ever grow at the end. */
const columns: readonly Column[] = [
  ['request', ({ id }) => id],
  ['state', ({ state }) => state],
  ['outcome', ({ outcome }) => outcome],
  ['venue', ({ prepared }) => prepared.venue],
  ['network', ({ prepared }) => prepared.network],
  ['account', ({ prepared }) => prepared.account.name],
  ['account_address', ({ prepared }) => prepared.account.address],
  ['signer', ({ prepared }) => prepared.signer.address],
  ['market', ({ prepared }) => prepared.market.symbol],
  ['market_number', ({ prepared }) => prepared.market.id],
  ['from_leverage', ({ prepared }) => prepared.from.leverage],
  ['from_sell_leverage', ({ prepared }) => prepared.from.sellLeverage ?? null],
  ['from_mode', ({ prepared }) => mode(prepared.from)],
  ['to_leverage', ({ prepared }) => prepared.to.leverage],
  ['to_sell_leverage', ({ prepared }) => prepared.to.sellLeverage ?? null],
  ['to_mode', ({ prepared }) => mode(prepared.to)],
  ['nonce', ({ prepared }) => rulesOf(prepared.venue).nonceOf(prepared.wire)],
  ['expires_at', ({ prepared }) => isoTime(rulesOf(prepared.venue).expiresAfterOf(prepared.wire))],
  ['prepared_at', ({ createdAt }) => createdAt],
  ['state_since', ({ updatedAt }) => updatedAt],
  ['sent_at', ({ sentAt }) => sentAt],
  ['answered_at', ({ answeredAt }) => answeredAt],
  ['http_status', ({ httpStatus }) => httpStatus],
  ['approval', ({ approval }) => approval?.form ?? null],
  ['connection_id', ({ prepared }) => prepared.digests.connectionId],
  ['domain_hash', ({ prepared }) => prepared.digests.domainHash],
  ['message_hash', ({ prepared }) => prepared.digests.messageHash],
  ['digest', ({ prepared }) => prepared.digests.digest],
  ['request_digest', ({ prepared }) => prepared.digests.request],
  ['signature', ({ signature }) => signature],
  ['detail', ({ detail }) => detail && JSON.stringify(detail)],
  ['head_rows', (_, head) => head.size],
  ['head_root', (_, head) => head.root],
]

/** The first line. */
export const requestsHeader = (): string => csvLine(columns.map(([name]) => name))

/** The line of a request. Each names the head, so that a line that was copied elsewhere still does. */
export const requestLine = (request: ToldRequest, head: ExportHead): string =>
  csvLine(columns.map(([, of]) => of(request, head)))
