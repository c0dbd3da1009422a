import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { loadSpeculosHttp } from '../../electron/device/ledgerjs.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { serveSpeculos } from '../../electron/device/practice/speculos-server.ts'
import type { SpeculosServer } from '../../electron/device/practice/speculos-server.ts'
import type { DeviceModel } from '../../shared/device/models.ts'
import { firstPathHex } from './support.ts'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serve(
  model: DeviceModel,
): Promise<{ ledger: PracticeLedger; server: SpeculosServer; api: string }> {
  const ledger = new PracticeLedger({ model })
  const server = await serveSpeculos(ledger)
  closing.push(() => server.close())
  return { ledger, server, api: `http://127.0.0.1:${server.apiPort}` }
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

const appName = '0108457468657265756d06312e32322e300100'
const hi = `e00800001b${firstPathHex}000000026869`

async function tcp(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  closing.push(() => void socket.destroy())
  return socket
}

const frame = (hex: string): Buffer => {
  const apdu = Buffer.from(hex, 'hex')
  const head = Buffer.alloc(4)
  head.writeUInt32BE(apdu.length)
  return Buffer.concat([head, apdu])
}

describe("Speculos' APDU port", () => {
  it('takes APDUs in any pieces and answers each in its frame', async () => {
    const { server } = await serve('nanoSP')
    const socket = await tcp(server.port)
    const both = Buffer.concat([frame('b001000000'), frame('e006000000')])
    socket.write(both.subarray(0, 7))
    socket.write(both.subarray(7))
    let received = ''
    for await (const chunk of socket) {
      received += Buffer.from(chunk as Uint8Array).toString('hex')
      if (received.endsWith('020116009000')) break
    }
    expect(received).toBe(`00000013${appName}900000000004020116009000`)
  })

  it('hangs up when the device is unplugged', async () => {
    const { ledger, server } = await serve('nanoSP')
    const socket = await tcp(server.port)
    const asked = new Promise<void>((resolve) => void ledger.onScreen(() => resolve()))
    socket.write(frame(hi))
    await asked
    const hungUp = once(socket, 'close')
    ledger.unplug()
    await hungUp
    expect(ledger.asking).toBe(false)
  })
})

describe("Speculos' HTTP interface", () => {
  it("serves Ledger's own transport", async () => {
    const { server } = await serve('nanoSP')
    const transport = await loadSpeculosHttp().open({
      baseURL: 'http://127.0.0.1',
      apiPort: String(server.apiPort),
      timeout: 0,
    })
    closing.push(() => transport.close())
    const answer = await transport.exchange(Buffer.from('b001000000', 'hex'))
    expect(answer.toString('hex')).toBe(`${appName}9000`)
  })

  it('lets a program press the buttons of a Nano and read its texts', async () => {
    const { api } = await serve('nanoSP')
    const texts = async (query = ''): Promise<string[]> => {
      const { events } = (await (await fetch(`${api}/events${query}`)).json()) as {
        events: { text: string }[]
      }
      return events.map(({ text }) => text)
    }
    expect(await texts()).toEqual(['Ethereum', 'app is ready'])
    await fetch(`${api}/events`, { method: 'DELETE' })
    const answer = post(`${api}/apdu`, { data: hi })
    while ((await texts())[0] !== 'Review message') await new Promise((resolve) => setImmediate(resolve))
    for (const button of ['right', 'right', 'both'])
      await post(`${api}/button/${button}`, { action: 'press-and-release' })
    expect(((await (await answer).json()) as { data: string }).data).toMatch(/9000$/)
    expect(await texts('?currentscreenonly=true')).toEqual(['Message signed'])
    expect(await texts()).toEqual(['Review message', 'Message', 'hi', 'Sign message', 'Message signed'])
  })

  it('lets a program touch what it reads on a Stax', async () => {
    const { ledger, api } = await serve('stax')
    const asked = new Promise<void>((resolve) => void ledger.onScreen(() => resolve()))
    const answer = post(`${api}/apdu`, { data: hi })
    await asked
    const swipe = { action: 'press-and-release', x: 300, y: 300, x2: 100, y2: 300 }
    await post(`${api}/finger`, swipe)
    await post(`${api}/finger`, { action: 'press-and-release', x: 360, y: 625 })
    const { events } = (await (await fetch(`${api}/events?currentscreenonly=true`)).json()) as {
      events: { text: string; x: number; y: number; w: number; h: number }[]
    }
    const button = events.find(({ text }) => text === 'Hold to sign')
    if (button === undefined) throw new Error('the last page is not there')
    const { x, y, w, h } = button
    await post(`${api}/finger`, { action: 'press-and-release', x: x + w / 2, y: y + h / 2, delay: 3 })
    expect(((await (await answer).json()) as { data: string }).data).toMatch(/9000$/)
  })

  it('streams texts as they are drawn', async () => {
    const { ledger, api } = await serve('nanoSP')
    const response = await fetch(`${api}/events?stream=true`)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toContain('"text":"Ethereum"')
    ledger.lock()
    let seen = ''
    while (!seen.includes('Enter PIN')) seen += (await reader?.read())?.value ?? ''
    await reader?.cancel()
  })

  it('refuses a Host that is not this machine, so that no web page gets in by its DNS', async () => {
    const { server } = await serve('nanoSP')
    const call = request({
      host: '127.0.0.1',
      port: server.apiPort,
      path: '/events',
      headers: { host: 'evil.example' },
    })
    call.end()
    const [response] = (await once(call, 'response')) as [{ statusCode: number; resume: () => void }]
    response.resume()
    expect(response.statusCode).toBe(403)
  })

  it('answers nonsense with 4xx', async () => {
    const { api } = await serve('nanoSP')
    const codes = await Promise.all([
      post(`${api}/apdu`, { data: 'xyz' }),
      post(`${api}/apdu`, 'text'),
      post(`${api}/finger`, { x: 'left' }),
      post(`${api}/button/middle`, { action: 'press' }),
      fetch(`${api}/nothing`),
    ]).then((responses) => responses.map(({ status }) => status))
    expect(codes).toEqual([400, 400, 400, 404, 404])
  })
})
