/** The host's side of a run in the lab: practice Ledgers behind TCP ports, and their buttons behind an HTTP port. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import type { Press } from './scene.ts'

const patience = 30_000

/** Waits until a device asks its person something. */
async function untilAsking(device: PracticeLedger): Promise<void> {
  if (device.asking) return
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stop = device.onScreen(() => {
    if (device.asking) resolve()
  })
  const timer = setTimeout(() => reject(new Error('it asks nothing')), patience)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    stop()
  }
}

/** What a person does; a power cycle is what unplugging is to a device without a battery. */
const presses: Record<Press, (device: PracticeLedger) => void | Promise<void>> = {
  wait: untilAsking,
  asking: () => {},
  approve: (device) => device.approve(),
  reject: (device) => device.reject(),
  lock: (device) => device.lock(),
  unlock: (device) => device.unlock(),
  powercycle: (device) => {
    device.unplug()
    device.plug()
    device.openApp('Ethereum')
    device.unlock()
  },
}

const isPress = (text: string): text is Press => Object.hasOwn(presses, text)

/** Serves `/<device>/<press>` on loopback; answers with whether the device asks something now. */
export async function serveButtons(
  devices: readonly PracticeLedger[],
): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    const [, device, press = ''] = (request.url ?? '').split('/')
    const ledger = devices[Number(device) - 1]
    const act = async () => {
      if (ledger === undefined || !isPress(press)) throw new Error('no such button')
      await presses[press](ledger)
      return String(ledger.asking)
    }
    act().then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}
