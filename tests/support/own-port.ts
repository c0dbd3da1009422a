/** Ports for servers that a test closes and then finds closed. */
import { createServer } from 'node:net'

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** A free port below those that the system gives out by itself: after its server no other one comes to it by chance. */
export async function ownPort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 10_000); port < 32_000; port += 1)
    if (await isFree(port)) return port
  throw new Error('no port is free')
}
