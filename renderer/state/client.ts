/**
 * The desk as the screens reach it: the contract's client over a MessagePort that Electron's preload hands over, or over
 * a WebSocket to the page's own origin. Which of the two is decided here and known nowhere else.
 */
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { failure, type Failure } from '../../shared/errors.ts'
import type { Contract } from '../../shared/contract.ts'
import { portMessage, socketPath, type ShellBridge } from '../../shared/shell.ts'

/** Every call of the contract. Calls reject only when the connection ends or the desk has a bug. */
export type DeskClient = ContractRouterClient<Contract>

/** A connection to the desk: its calls, and a promise that resolves when it has ended. */
export interface Connection {
  readonly client: DeskClient
  readonly ended: Promise<void>
}

declare global {
  interface Window {
    readonly countersign?: ShellBridge
  }
}

function receivePort(bridge: ShellBridge): Promise<MessagePort> {
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent) => {
      const port = event.ports[0]
      const own = event.source === window && event.origin === window.location.origin
      if (!own || event.data !== portMessage || port === undefined) return
      window.removeEventListener('message', onMessage)
      resolve(port)
    }
    window.addEventListener('message', onMessage)
    bridge.connect()
  })
}

async function connectPort(bridge: ShellBridge): Promise<Connection> {
  const port = await receivePort(bridge)
  const ended = new Promise<void>((resolve) => port.addEventListener('close', () => resolve()))
  port.start()
  return { client: createORPCClient(new PortLink({ port })), ended }
}

function connectSocket(): Promise<Connection> {
  const { protocol, host } = window.location
  const websocket = new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${socketPath}`)
  return new Promise((resolve, reject) => {
    const ended = new Promise<void>((end) => websocket.addEventListener('close', () => end()))
    websocket.addEventListener('error', () => reject(new Error('The connection was refused.')))
    websocket.addEventListener('open', () =>
      resolve({ client: createORPCClient(new SocketLink({ websocket })), ended }),
    )
  })
}

/** Connects to the desk. Rejects when it cannot be reached. */
export const connect = (): Promise<Connection> =>
  window.countersign ? connectPort(window.countersign) : connectSocket()

/** An answer of the contract. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure }

/** Waits for an answer; a connection that ends on the way becomes a failure of the catalogue (`desk.lost`). */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await call
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { ok: false, error: failure('desk.lost', { detail }) }
  }
}
