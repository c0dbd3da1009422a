/** What both transports give oRPC: expected failures are values of the contract, so whatever is thrown is reported as a bug. */
import { onError, ORPCError, type Router } from '@orpc/server'
import type { StandardRPCHandlerOptions } from '@orpc/server/standard'
import type { Contract } from '../../shared/contract.ts'

/** The calls that a shell carries. */
export type ServedRouter = Router<Contract, Record<never, never>>

function report(error: unknown): void {
  const refusedInput = error instanceof ORPCError && error.status < 500
  const ended = error instanceof Error && error.name === 'AbortError'
  if (refusedInput || ended) return
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

/** Options of oRPC's handlers. */
export const rpcOptions: StandardRPCHandlerOptions<Record<never, never>> = { interceptors: [onError(report)] }
