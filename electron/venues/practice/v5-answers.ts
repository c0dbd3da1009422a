/** The shapes in which the practice venue's V5 paths answer. */
import type { Json } from '../../../shared/strict-json.ts'
import type { RoutedAnswer } from './routed.ts'

const json = (status: number, value: Json): RoutedAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
})

/** An answer in the envelope, status 200. */
export const envelope = (nowMs: number, result: Json, retCode = 0, retMsg = 'OK'): RoutedAnswer =>
  json(200, { retCode, retMsg, result, retExtInfo: {}, time: nowMs })

/** A refusal in the envelope. */
export const coded = (nowMs: number, retCode: number, retMsg: string): RoutedAnswer =>
  envelope(nowMs, {}, retCode, retMsg)

/** A refusal outside of the envelope, as gateways give it. */
export const plain = (status: number, message: string): RoutedAnswer => json(status, { message })

/** An answer to a question outside of the envelope. */
export const bare = (value: Json): RoutedAnswer => json(200, value)
