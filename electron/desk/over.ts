/** Whether a request that was sent can still be applied by anybody. */
import { isObject } from '../../shared/check.ts'
import { overAt } from '../../shared/deadline.ts'
import { readCanonicalObject } from '../../shared/history/canonical-json.ts'
import type { PreparedRequest } from '../../shared/prepared-request.ts'
import type { DeskPorts } from './ports.ts'
import { venueTime } from './venue-time.ts'

/**
 * When a request was sent, Unix ms: by the venue's clock where its API key signed over that, else by this machine's, and
 * now where it is not known.
 */
async function sentAt({ store, now }: DeskPorts, id: string): Promise<number> {
  const rows = await store.history.list({ requestId: id, kinds: ['request.sending'], limit: 1 })
  const row = rows.ok ? rows.value[0] : undefined
  if (row === undefined) return now()
  const evidence = readCanonicalObject(row.body)?.['evidence']
  const stampMs = isObject(evidence) ? evidence['stampMs'] : null
  return typeof stampMs === 'number' ? stampMs : Date.parse(row.at)
}

/** Unix ms by the venue's clock from which nobody can apply a request that was sent. */
export const overSince = async (ports: DeskPorts, id: string, request: PreparedRequest): Promise<number> =>
  overAt(request, await sentAt(ports, id))

/** Whether nobody can apply a request any more that was sent; `skewMs` as `venueTime` has it. */
export const isOver = async (
  ports: DeskPorts,
  id: string,
  request: PreparedRequest,
  skewMs: number | null,
): Promise<boolean> => venueTime(ports.now(), skewMs, request) >= (await overSince(ports, id, request))
