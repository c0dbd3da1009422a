/** Arcus' endpoints on the practice venue: which path is answered by what. */
import type { Network } from '../../../shared/venues/module.ts'
import { refuse, type ArcusAnswer, type ArcusQuestion } from './arcus-answer.ts'
import { setArcusLeverage } from './arcus-change.ts'
import { createArcusApiKey } from './arcus-keys.ts'
import { readArcus } from './arcus-read.ts'
import { settled, type PracticeArcus } from './arcus-state.ts'

const readings: readonly string[] = [
  '/v1/time',
  '/v1/markets',
  '/v1/leverages',
  '/v1/positions',
  '/v1/account',
  '/v1/apiKeys',
]

/** The paths that may change something. */
export const arcusSubmissions: readonly string[] = ['/v1/setLeverage', '/v1/createApiKey']

/** Whether a path is one of Arcus'. */
export const isArcusPath = (path: string): boolean =>
  readings.includes(path) || arcusSubmissions.includes(path)

/** Works out the honest answer to a request, and the state after it. */
export async function answerArcus(
  method: string,
  path: string,
  question: ArcusQuestion,
  context: { readonly state: () => PracticeArcus; readonly network: Network },
): Promise<ArcusAnswer> {
  const state = (): PracticeArcus => settled(context.state(), question.nowMs)
  const changes = arcusSubmissions.includes(path)
  if (method !== (changes ? 'POST' : 'GET')) return refuse(state(), 405, 'method not allowed')
  if (path === '/v1/setLeverage') return setArcusLeverage(state(), question)
  return changes ? createArcusApiKey(state, question, context.network) : readArcus(state(), path, question)
}
