/**
 * The contract over a line of text messages, the same for both shells: oRPC reads and answers the calls. What is no call
 * cuts the line, and what the desk throws is reported as a bug, since expected failures are values of the contract.
 */
import { onError, ORPCError, type Router } from '@orpc/server'
import { StandardRPCHandler } from '@orpc/server/standard'
import { createServerPeerHandleRequestFn } from '@orpc/server/standard-peer'
import { ServerPeer } from '@orpc/standard-server-peer'
import type { Contract } from '../../shared/contract.ts'

/** The calls that a shell carries. */
export type ServedRouter = Router<Contract, Record<never, never>>

/** A line to one page. */
export interface Line {
  readonly send: (message: unknown) => void
  readonly onMessage: (take: (message: unknown) => void) => void
  readonly onEnd: (ended: () => void) => void
  readonly cut: () => void
}

/** Characters of one message from a page; the largest call is far below. */
export const maxMessageLength = 64 * 1024

function report(error: unknown): void {
  const refusedInput = error instanceof ORPCError && error.status < 500
  const ended = error instanceof Error && error.name === 'AbortError'
  if (refusedInput || ended) return
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

/** A refusal of input without the input: oRPC repeats it in its issues, and it may hold a secret. */
const withoutInput = (error: unknown): unknown =>
  error instanceof ORPCError && error.status < 500
    ? new ORPCError(error.code, { status: error.status, message: error.message })
    : error

async function hideInput<T>({ next }: { readonly next: () => Promise<T> }): Promise<T> {
  try {
    return await next()
  } catch (error) {
    throw withoutInput(error)
  }
}

/** Makes what carries calls of `router` over any number of lines. */
export function createCarrier(router: ServedRouter): (line: Line) => void {
  const handler = new StandardRPCHandler(router, { interceptors: [hideInput, onError(report)] })
  const handle = createServerPeerHandleRequestFn(handler, { context: {} })
  return ({ send, onMessage, onEnd, cut }) => {
    const peer = new ServerPeer(send)
    onEnd(() => peer.close())
    onMessage((message) => {
      if (typeof message === 'string' && message.length <= maxMessageLength)
        peer.message(message, handle).catch(cut)
      else cut()
    })
  }
}
