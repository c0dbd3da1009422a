import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import { defaultLimits } from '../../electron/device/ledger.ts'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { practiceSource } from '../../electron/device/practice.ts'
import { serveSpeculos } from '../../electron/device/practice/speculos-server.ts'
import { chooseDevice, type DevicePorts } from '../../electron/device/sources.ts'
import { parseSpeculosUrl, speculosSource } from '../../electron/device/speculos.ts'
import { agent } from '../support/agent.ts'
import { ownPort } from '../support/own-port.ts'
import { firstPath, testAddresses } from './support.ts'

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

const ports: DevicePorts = { practice: (model) => practiceSource(new PracticeLedger({ model })) }

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
    ['http://127.0.0.1:5000/?model=nanox', true],
    ['http://127.0.0.1:5000/?model=nanos', false],
    ['http://127.0.0.1:5000/?other=1', false],
    ['http://127.0.0.1:5000/?model=stax&other=1', false],
  ])('takes %s for a Speculos: %s', (url, expected) => {
    expect(parseSpeculosUrl(url).ok).toBe(expected)
    expect(codeOf(chooseDevice(`speculos:${url}`, ports))).toBe(expected ? 'ok' : 'device.unreachable')
  })
})

/** The header of a PNG of some width: all that is looked at. */
function png(width: number): Buffer {
  const header = Buffer.alloc(33)
  header.write('89504e470d0a1a0a', 'hex')
  header.writeUInt32BE(width, 16)
  return header
}

/** What answers any request with one body. */
async function serve(body: Buffer) {
  const server = createServer((_, response) => response.end(body))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const practised = () => new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true } })

async function open(url: string) {
  const opened = await speculosSource(url).open()
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

describe('Speculos over HTTP', () => {
  it.each([
    [png(128), '', 'nanoSP'],
    [png(400), '', 'stax'],
    [png(480), '', 'flex'],
    [png(300), '', 'apex'],
    [png(128), '?model=nanox', 'nanoX'],
    [Buffer.from('no picture at all, but long enough'), '', 'nanoSP'],
  ] as const)('tells the model by its screen, or by what was said (%#)', async (body, query, model) => {
    const { server, url } = await serve(body)
    const listed = await speculosSource(`${url}/${query}`).list()
    expect(listed).toEqual({ ok: true, value: [{ id: url, kind: 'speculos', model }] })
    server.close()
  })

  it('opens, reads the address and signs; a second handle is refused', async () => {
    const practice = practised()
    const served = await serveSpeculos(practice)
    const url = `http://127.0.0.1:${served.apiPort}`
    const ledger = await open(url)
    expect(codeOf(await speculosSource(url).open())).toBe('device.inUse')
    expect(await ledger.address(firstPath)).toEqual({ ok: true, value: testAddresses[0] })
    const stop = practice.onScreen(() => {
      if (practice.asking) queueMicrotask(() => practice.asking && practice.approve())
    })
    expect(codeOf(await ledger.signTypedData(firstPath, agent, testAddresses[0]))).toBe('ok')
    stop()
    await ledger.close()
    await served.close()
  })

  it('gives up an unanswered review and takes it off the screen', async () => {
    const practice = practised()
    const served = await serveSpeculos(practice)
    const ledger = await open(`http://127.0.0.1:${served.apiPort}`)
    // The limit passes once the question is there: a real one may be over before, on a busy machine.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let asked = false
    const stop = practice.onScreen(() => {
      if (!practice.asking) return
      asked = true
      vi.advanceTimersByTime(defaultLimits.review)
    })
    try {
      expect(codeOf(await ledger.signTypedData(firstPath, agent, testAddresses[0]))).toBe('device.timeout')
    } finally {
      vi.useRealTimers()
      stop()
    }
    expect([asked, practice.asking]).toEqual([true, false])
    await served.close()
  })

  it('says that nothing answers there, before and after opening', async () => {
    const served = await serveSpeculos(practised(), { apiPort: await ownPort() })
    const url = `http://127.0.0.1:${served.apiPort}`
    const ledger = await open(url)
    await served.close()
    const source = speculosSource(url)
    const results = [await source.list(), await source.open(), await ledger.app()]
    expect(results.map(codeOf)).toEqual(Array(3).fill('device.unreachable'))
  })
})
