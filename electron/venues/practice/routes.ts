/** Which request gets which answer from the practice venue, before anything goes wrong with it on purpose. */
import { pathPrefixes } from '../../../shared/venues/compass/request.ts'
import type { Network } from '../../../shared/venues/module.ts'
import { arcusSubmissions, decideArcus, isArcusPath } from './arcus.ts'
import { claimedArcusChange } from './arcus-change.ts'
import { settled } from './arcus-state.ts'
import {
  ensureLeverage,
  opportunities,
  positions,
  readExecute,
  setLeverage,
  type CompassAnswer,
} from './compass.ts'
import { readExchangeRequest, type ExchangeRequest } from './exchange-request.ts'
import { rule, type ExchangeContext } from './exchange.ts'
import { practiceSigner } from './hashing.ts'
import { answerInfo, readInfoQuestion } from './info.ts'
import type { PracticeState, PracticeTarget } from './port.ts'
import type { RoutedAnswer, RoutedRequest } from './routed.ts'
import { acceptedChange, changesLeverage, isSynthetixPath, synthetixRoute } from './synthetix.ts'
import { isV5Path, practiceSetLeveragePath, v5Accepted, v5Route } from './v5.ts'
import { arcusOf } from './state.ts'

/** What answers need of the venue around them. */
export interface RouteContext {
  /** The newest state; asked for only when the answer is worked out, so that two requests cannot use one nonce. */
  readonly state: () => PracticeState
  /** Keeps the state after an accepted or refused action. */
  readonly keep: (state: PracticeState) => void
  readonly nowMs: number
  readonly network: Network
  /** The API key that Compass' endpoints take. */
  readonly apiKey: string
}

const json = (status: number, value: unknown): RoutedAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
})

const text = (status: number, body: string): RoutedAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
})

/** The answer to a body whose shape is wrong (ccxt issue 27081). */
export const badShape = text(422, 'Failed to deserialize the JSON body into the target type')

/** The answer to an action that was carried out. */
const accepted = json(200, { status: 'ok', response: { type: 'default' } })

const compassAnswer = ({ status, body }: CompassAnswer): RoutedAnswer => json(status, body)

const prefixOf = (path: string): string | undefined =>
  pathPrefixes.find((prefix) => path.startsWith(`${prefix}/`))

const submissions: ReadonlySet<string> = new Set(['/exchange', practiceSetLeveragePath, ...arcusSubmissions])

/**
 * What a request is for: `/exchange`, Compass' `execute`, V5's `set-leverage`, Arcus' POST endpoints and Synthetix'
 * `updateLeverage` may change something.
 */
export const targetOf = (path: string, body: string): PracticeTarget => {
  const prefix = prefixOf(path)
  const isExecute = prefix !== undefined && path === `${prefix}/execute`
  return submissions.has(path) || isExecute || changesLeverage(path, body) ? 'submission' : 'read'
}

/** The answer that says of a submission that it was carried out, in the manner of the venue it was sent to. */
export function acceptedAt(path: string, body: string, nowMs: number): RoutedAnswer {
  if (isSynthetixPath(path)) return acceptedChange(body, nowMs)
  if (isV5Path(path)) return v5Accepted
  const answer = path === '/v1/setLeverage' ? claimedArcusChange(body) : null
  return answer === null ? accepted : { ...accepted, body: answer }
}

/** Whether a path is one of Compass' that prepare a change. */
export const prepares = (path: string): boolean =>
  prefixOf(path) !== undefined && /\/(set|ensure)_leverage$/.test(path)

async function submit(
  request: ExchangeRequest,
  via: ExchangeContext['via'],
  { state, keep, nowMs, network }: RouteContext,
): Promise<string | null> {
  const signer = await practiceSigner(request, network === 'mainnet' ? 'a' : 'b')
  const ruling = rule(state(), request, signer, { nowMs, via, network })
  keep(ruling.state)
  return ruling.refusal
}

async function exchangeRoute(body: string, context: RouteContext): Promise<RoutedAnswer> {
  const request = readExchangeRequest(body)
  if (!request) return badShape
  const refusal = await submit(request, 'hyperliquid', context)
  return refusal === null ? accepted : json(200, { status: 'err', response: refusal })
}

function infoRoute(body: string, { state, nowMs }: RouteContext): RoutedAnswer {
  const question = readInfoQuestion(body)
  if (!question) return badShape
  const answer = answerInfo(state(), question, nowMs)
  return answer === undefined ? json(500, null) : json(200, answer)
}

async function executeRoute(body: string, context: RouteContext): Promise<RoutedAnswer> {
  const request = readExecute(body)
  if ('refusal' in request) return compassAnswer(request.refusal)
  const refusal = await submit(request.value, 'compass', context)
  return refusal === null
    ? accepted
    : json(200, { status: 'error', response: { status: 'err', response: refusal } })
}

async function compassRoute(
  operation: string,
  { body, header, url }: RoutedRequest,
  context: RouteContext,
): Promise<RoutedAnswer> {
  if (header('x-api-key') !== context.apiKey)
    return json(401, { error: 'unauthorized', message: 'Invalid API key.' })
  switch (operation) {
    case 'GET /opportunities':
      return compassAnswer(opportunities())
    case 'GET /positions':
      return compassAnswer(positions(context.state(), url.searchParams))
    case 'POST /set_leverage':
      return compassAnswer(setLeverage(context.state(), body, context.nowMs))
    case 'POST /ensure_leverage':
      return compassAnswer(ensureLeverage(context.state(), body, context.nowMs))
    case 'POST /execute':
      return executeRoute(body, context)
    default:
      return json(404, { error: 'not_found', message: 'No such endpoint.' })
  }
}

async function arcusRoute(
  { method, url, body, header }: RoutedRequest,
  { state, keep, nowMs, network }: RouteContext,
): Promise<RoutedAnswer> {
  const question = { query: url.searchParams, body, header, nowMs }
  const decide = await decideArcus(method, url.pathname, question, network)
  const answer = decide(settled(arcusOf(state()), nowMs))
  if (answer.state !== state().arcus) keep({ ...state(), arcus: answer.state })
  return { status: answer.status, contentType: 'application/json', body: answer.body }
}

/** Works out the honest answer to a request, carrying out what it asks for. */
export async function route(request: RoutedRequest, context: RouteContext): Promise<RoutedAnswer> {
  const { method, url, header, body } = request
  const path = url.pathname
  if (method === 'POST' && !/^application\/json(;|$)/.test(header('content-type')))
    return text(415, 'Expected request with `Content-Type: application/json`')
  if (isArcusPath(path)) return arcusRoute(request, context)
  if (isSynthetixPath(path)) return synthetixRoute(request, context)
  const prefix = prefixOf(path)
  if (prefix) return compassRoute(`${method} ${path.slice(prefix.length)}`, request, context)
  if (isV5Path(path)) return v5Route(request, context)
  if (path !== '/info' && path !== '/exchange') return text(404, '')
  if (method !== 'POST') return text(405, '')
  return path === '/info' ? infoRoute(body, context) : exchangeRoute(body, context)
}
