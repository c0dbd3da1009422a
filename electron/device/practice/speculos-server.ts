/**
 * Serves a practice Ledger on loopback in Speculos' two protocols: raw APDUs over TCP (`--apdu-port`) and HTTP
 * (`--api-port`). Nothing outside this machine can connect.
 */
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { PracticeDisconnected, PracticeSuperseded } from './practice-ledger.ts'
import type { PracticeLedger } from './practice-ledger.ts'
import { SpeculosApi } from './speculos-api.ts'

/** Ports to serve on; a free one is taken where none is given. */
export interface SpeculosPorts {
  readonly apduPort?: number
  readonly apiPort?: number
}

/** A practice Ledger that is being served. */
export interface SpeculosServer {
  /** TCP port of the APDU protocol. */
  readonly port: number
  /** Port of the HTTP interface. */
  readonly apiPort: number
  /** Ends both, and every connection. */
  close(): Promise<void>
}

const longestApdu = 64 * 1024

/** Length of the data without its status word in 4 bytes, big-endian; then both. */
function framed(answer: Uint8Array): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(answer.length - 2)
  return Buffer.concat([head, answer])
}

/** Reads 4 bytes of length and that many of APDU, again and again.
 * A device that is gone ends the connection; a command whose question was superseded is never answered. */
function serveSocket(ledger: PracticeLedger, socket: Socket): void {
  let buffer = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    while (buffer.length >= 4) {
      const length = buffer.readUInt32BE(0)
      if (length > longestApdu) {
        socket.destroy()
        return
      }
      if (buffer.length < 4 + length) return
      const apdu = buffer.subarray(4, 4 + length)
      buffer = buffer.subarray(4 + length)
      ledger.exchange(apdu).then(
        (answer) => socket.write(framed(answer)),
        (error: unknown) => {
          if (error instanceof PracticeSuperseded) return
          socket.destroy()
          if (!(error instanceof PracticeDisconnected)) throw error
        },
      )
    }
  })
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

/** Starts serving. Rejects when a port is taken. */
export async function serveSpeculos(
  ledger: PracticeLedger,
  ports: SpeculosPorts = {},
): Promise<SpeculosServer> {
  const sockets = new Set<Socket>()
  const api = new SpeculosApi(ledger)
  const apduServer = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveSocket(ledger, socket)
  })
  const apiServer = createHttpServer(api.listener)
  const close = async (): Promise<void> => {
    api.close()
    for (const socket of sockets) socket.destroy()
    apiServer.closeAllConnections()
    const closed = [apduServer, apiServer]
      .filter(({ listening }) => listening)
      .map((server) => once(server, 'close'))
    apduServer.close()
    apiServer.close()
    await Promise.all(closed)
  }
  try {
    const port = await listen(apduServer, ports.apduPort ?? 0)
    const apiPort = await listen(apiServer, ports.apiPort ?? 0)
    return { port, apiPort, close }
  } catch (error) {
    await close()
    throw error
  }
}
