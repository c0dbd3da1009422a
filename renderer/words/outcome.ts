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
    const later = (provenAtMs - Date.parse(submission.answeredAt)) / 1000
    return `Read back ${Math.max(0.1, later).toFixed(1)} s later.`
  }
  return unsent[state] ?? (typeof message === 'string' ? message : '')
}
