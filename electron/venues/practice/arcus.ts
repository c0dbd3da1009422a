/** Arcus' endpoints on the practice venue: which path is answered by what. */
import type { Network } from '../../../shared/venues/module.ts'
import { refuse, type ArcusDecision, type ArcusQuestion } from './arcus-answer.ts'
import { setArcusLeverage } from './arcus-change.ts'
import { createArcusApiKey } from './arcus-keys.ts'
import { readArcus } from './arcus-read.ts'

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

/** How a request is answered honestly, once the newest state is at hand. */
export async function decideArcus(
  method: string,
  path: string,
  question: ArcusQuestion,
  network: Network,
): Promise<ArcusDecision> {
  const changes = arcusSubmissions.includes(path)
  if (method !== (changes ? 'POST' : 'GET')) return (state) => refuse(state, 405, 'method not allowed')
  if (path === '/v1/createApiKey') return createArcusApiKey(question, network)
  return changes ? (state) => setArcusLeverage(state, question) : (state) => readArcus(state, path, question)
}
