import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { chooseDevice, type DevicePorts } from '../../electron/device/sources.ts'
import { parseSpeculosUrl, speculosSource } from '../../electron/device/speculos.ts'
import { agent, firstPath, testAddresses } from './support.ts'

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

const limits = { quiet: 2_000, review: 2_000 }

const ports: DevicePorts = { practice: (model) => new PracticeLedger({ model }), limits }

async function modelOf(value: string): Promise<string> {
  const chosen = chooseDevice(value, ports)
  const listed = chosen.ok ? await chosen.value.source.list() : chosen
  return listed.ok ? (listed.value[0]?.model ?? 'none') : listed.error.code
}

describe('the option --device', () => {
  it.each([
    ['practice', 'nanoSP'],
    ['practice:nanosp', 'nanoSP'],
    ['practice:nanoX', 'nanoX'],
    ['practice:stax', 'stax'],
    ['practice:nanos', 'input.usage'],
    ['practice:constructor', 'input.usage'],
    ['practise', 'input.usage'],
    ['speculos', 'input.usage'],
    ['', 'input.usage'],
    ['hid:', 'input.usage'],
  ])('"%s" is %s', async (value, expected) => {
    expect(await modelOf(value)).toBe(expected)
  })

  it('names a HID device by its id', () => {
    const [any, one] = [chooseDevice('hid', ports), chooseDevice('hid:/dev/hidraw3', ports)]
    expect(any.ok && 'id' in any.value).toBe(false)
    expect(one.ok && one.value.id).toBe('/dev/hidraw3')
  })

  it.each([
    ['http://127.0.0.1:5000', true],
    ['http://localhost:5000', true],
    ['http://[::1]:5000', true],
    ['https://127.0.0.1:5000', false],
    ['http://192.168.1.7:5000', false],
    ['http://127.0.0.1.example.com:5000', false],
    ['http://user@127.0.0.1:5000', false],
    ['http://example.com', false],
    ['http://127.0.0.1:5000/other', false],
    ['127.0.0.1:5000', false],
  ])('takes %s for a Speculos: %s', (url, expected) => {
    expect(parseSpeculosUrl(url).ok).toBe(expected)
    expect(codeOf(chooseDevice(`speculos:${url}`, ports))).toBe(expected ? 'ok' : 'device.unreachable')
  })
})

/** The header of a PNG of some width: all that is looked at. */
function png(width: number): Buffer {
  const header = Buffer.alloc(33)
  header.writeUInt32BE(width, 16)
  return header
}

/** A practice Ledger behind Speculos' HTTP interface, as far as it is used. */
async function emulator(practice: PracticeLedger, width: number) {
  const server = createServer((request, response) => {
    if (request.url === '/screenshot') return response.end(png(width))
    if (request.url?.startsWith('/events')) return response.writeHead(200).flushHeaders()
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: string }
      practice.exchange(Buffer.from(data, 'hex')).then(
        (answer) => {
          response.setHeader('content-type', 'application/json')
          return response.end(JSON.stringify({ data: Buffer.from(answer).toString('hex') }))
        },
        () => response.destroy(),
      )
    })
    return response
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

describe('Speculos over HTTP', () => {
  it.each([
    [128, 'nanoSP'],
    [400, 'stax'],
    [480, 'flex'],
    [300, 'apex'],
  ] as const)('a screen of %i pixels is a %s', async (width, model) => {
    const { url, close } = await emulator(new PracticeLedger({ model: 'nanoSP' }), width)
    const listed = await speculosSource(url, limits).list()
    expect(listed).toEqual({ ok: true, value: [{ id: url, kind: 'speculos', model }] })
    close()
  })

  it('opens, reads the address and signs; a second handle is refused', async () => {
    const practice = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })
    const { url, close } = await emulator(practice, 128)
    const source = speculosSource(url, limits)
    const opened = await source.open()
    if (!opened.ok) throw new Error(opened.error.message)
    expect(codeOf(await source.open())).toBe('device.inUse')
    expect(await opened.value.address(firstPath)).toEqual({ ok: true, value: testAddresses[0] })
    const stop = practice.onScreen(() => {
      if (practice.asking) queueMicrotask(() => practice.asking && practice.approve())
    })
    expect(codeOf(await opened.value.signTypedData(firstPath, agent, testAddresses[0]))).toBe('ok')
    stop()
    await opened.value.close()
    close()
  })

  it('gives up an unanswered review and takes it off the screen', async () => {
    const practice = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })
    const { url, close } = await emulator(practice, 128)
    const opened = await speculosSource(url, { quiet: 2_000, review: 100 }).open()
    if (!opened.ok) throw new Error(opened.error.message)
    expect(codeOf(await opened.value.signTypedData(firstPath, agent, testAddresses[0]))).toBe(
      'device.timeout',
    )
    expect(practice.asking).toBe(false)
    close()
  })

  it('says that nothing answers there, before and after opening', async () => {
    const { url, close } = await emulator(new PracticeLedger({ model: 'nanoSP' }), 128)
    const source = speculosSource(url, limits)
    const opened = await source.open()
    close()
    const results = [await source.list(), await source.open(), opened.ok ? await opened.value.app() : opened]
    expect(results.map(codeOf)).toEqual(Array(3).fill('device.unreachable'))
  })
})
