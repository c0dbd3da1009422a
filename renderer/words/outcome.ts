/** How a request ended, in one sentence for a row. */
import type { RequestView } from '../../shared/contract.ts'
import type { RequestState } from '../../shared/request-state.ts'

const unsent: { readonly [state in RequestState]?: string } = {
  expired: 'It expired. Nothing was sent.',
  withdrawn: 'Withdrawn. Nothing was sent.',
  revoked: 'Made unusable.',
}

/** What is known about the end of a request shown as `state`. */
export function outcomeSentence({ detail, submission }: RequestView, state: RequestState): string {
  const message = detail?.['message']
  const provenAtMs = detail?.['provenAtMs']
  if (state === 'applied' && typeof provenAtMs === 'number' && submission?.answeredAt) {
    const laterMs = Math.max(0, provenAtMs - Date.parse(submission.answeredAt))
    return `Read back ${laterMs < 1000 ? `${laterMs} ms` : `${(laterMs / 1000).toFixed(1)} s`} later.`
  }
  return unsent[state] ?? (typeof message === 'string' ? message : '')
}
