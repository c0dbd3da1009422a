/** Servers and signed requests for the tests of the venues. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { privateKeyToAccount } from 'viem/accounts'
import { hashTypedData } from '../../shared/eip712/typed-data.ts'
import type { Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import { readSignatureHex, type Signature } from '../../shared/signature.ts'
import type { Action } from '../../shared/venues/hyperliquid/action.ts'
import { agentTypedData, connectionIdOf, type ActionContext } from '../../shared/venues/hyperliquid/digest.ts'
import { exchangeBody } from '../../shared/venues/hyperliquid/request.ts'
import type { Network } from '../../shared/venues/module.ts'
import type { HttpAnswer, SubmissionOutcome } from '../../shared/venues/outcome.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import type { Venue } from '../../electron/venues/port.ts'

/** The value of a result that a test relies on. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** Published test keys; never funded. */
export const userKey: Hex = '0x0123456789012345678901234567890123456789012345678901234567890123'
export const strangerKey: Hex = `0x${'11'.repeat(32)}`
export const agentKey: Hex = `0x${'22'.repeat(32)}`

export const addressOf = (key: Hex): Hex => lower(privateKeyToAccount(key).address)
export const user = addressOf(userKey)

/** A signature over the typed data of any 32 bytes that claim to be a connectionId. */
export async function signConnectionId(
  connectionId: Hex,
  key: Hex,
  network: Network = 'mainnet',
): Promise<Signature> {
  const { digest } = hashTypedData(agentTypedData(connectionId, network))
  return valueOf(readSignatureHex(await privateKeyToAccount(key).sign({ hash: digest })))
}

/** The text of a signed `/exchange` body. */
export async function signedBody(
  action: Action,
  context: Partial<ActionContext> & { readonly nonce: number },
  key: Hex = userKey,
  network: Network = 'mainnet',
): Promise<string> {
  const whole = { vaultAddress: null, expiresAfter: null, ...context }
  const signature = await signConnectionId(connectionIdOf(action, whole), key, network)
  return JSON.stringify(exchangeBody(action, whole, signature))
}

export const change = (asset: number, leverage: number, isCross = true): Action => ({
  type: 'updateLeverage',
  asset,
  isCross,
  leverage,
})

/** POSTs a text and gives what came back, apart from the client that is under test elsewhere. */
export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return { status: answer.status, text: await answer.text() }
}

/** A venue of the registry that talks to a server on this machine. */
export const venueAt = (
  origin: string,
  venue: 'hyperliquid' | 'compass' = 'hyperliquid',
  limits: { readonly connectMs?: number; readonly totalMs?: number } = {},
  now = Date.now,
): Venue =>
  valueOf(
    createVenue(
      { venue, network: 'mainnet', address: user, settings: {} },
      { practiceOrigin: origin, compassKey: () => 'practice', limits, now },
    ),
  )

/** What an answer of Hyperliquid or Compass says of a change; their answers are read without looking at the change. */
export const outcomeOf = (venue: Venue, answer: HttpAnswer): SubmissionOutcome =>
  rulesOf(venue.id).readAnswer(answer, {
    action: { type: 'updateLeverage', asset: 0, isCross: true, leverage: 1 },
    nonce: 0,
    vaultAddress: null,
    expiresAfter: null,
  })

/** A TCP server that does whatever a test wants with each connection. */
export interface RawServer {
  readonly port: number
  readonly connections: () => number
  /** Everything that came in, as Latin-1 text. */
  readonly received: () => string
  readonly close: () => Promise<void>
}

export function startRawServer(onData: (socket: Socket, received: string) => void): Promise<RawServer> {
  const sockets = new Set<Socket>()
  let received = ''
  let connections = 0
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    connections += 1
    socket.on('error', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      onData(socket, received)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        connections: () => connections,
        received: () => received,
        close: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy()
            server.close(() => closed())
          }),
      })
    })
  })
}

/** The text of a whole HTTP answer. */
export const httpText = (
  body: string,
  headers: readonly string[] = ['content-type: application/json'],
  status = '200 OK',
): string =>
  [`HTTP/1.1 ${status}`, ...headers, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n')
