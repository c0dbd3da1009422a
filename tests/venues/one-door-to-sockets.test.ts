import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { globSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpAnswer } from '../../shared/venues/outcome.ts'
import { httpText, startRawServer, type RawServer } from './support.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const powers =
  /from\s+'(node:)?(http|https|http2|net|tls|dgram|undici|ws)'|\b(fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(/

describe('in the desk, the store and the venues', () => {
  it('nothing but the one door and the practice venue can reach a socket', () => {
    const files = globSync('electron/{desk,store,venues}/**/*.ts', { cwd: root })
    const able = files.filter((file) => powers.test(readFileSync(`${root}/${file}`, 'utf8')))
    expect(able.sort()).toEqual([
      'electron/venues/http-exchange.ts',
      'electron/venues/practice/faults.ts',
      'electron/venues/practice/practice-venue.ts',
    ])
    expect(files.length).toBeGreaterThan(15)
  })

  it('nothing in shared can', () => {
    const files = globSync('shared/**/*.ts', { cwd: root })
    expect(files.filter((file) => powers.test(readFileSync(`${root}/${file}`, 'utf8')))).toEqual([])
    expect(files.length).toBeGreaterThan(15)
  })
})

const pem = (name: string) => fileURLToPath(new URL(`../data/tls/localhost-${name}.pem`, import.meta.url))

/** Sends one body from a process of its own, whose environment a test chooses. */
async function submitInChild(origin: string, environment: Record<string, string>): Promise<HttpAnswer> {
  const script = `
    import { createHttpClient } from '${root}electron/venues/http-client.ts'
    const client = createHttpClient({ venue: 'V', origin: '${origin}' })
    if (!client.ok) throw new Error(client.error.message)
    const answer = await client.value.submit({ method: 'POST', path: '/exchange', body: '{}' })
    process.stdout.write(JSON.stringify(answer))
  `
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', script],
    { env: { PATH: process.env['PATH'] ?? '', ...environment } },
  )
  return JSON.parse(stdout) as HttpAnswer
}

describe('the environment cannot open the door wider', () => {
  const tls = createTlsServer({ key: readFileSync(pem('key')), cert: readFileSync(pem('cert')) })
  let proxy: RawServer
  let origin = ''
  let requests = 0
  beforeAll(async () => {
    proxy = await startRawServer((socket) => socket.end(httpText('{"proxied":true}')))
    tls.on('request', (_, response) => {
      requests += 1
      response.end('{"direct":true}')
    })
    tls.listen(0, '127.0.0.1')
    await once(tls, 'listening')
    origin = `https://localhost:${(tls.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await proxy.close()
    tls.close()
  })

  it('a proxy in it is not used', async () => {
    const at = `http://127.0.0.1:${proxy.port}`
    const environment = { HTTP_PROXY: at, HTTPS_PROXY: at, http_proxy: at, https_proxy: at }
    const direct = await startRawServer((socket) => socket.end(httpText('{"direct":true}')))
    const answer = await submitInChild(`http://127.0.0.1:${direct.port}`, {
      ...environment,
      NODE_USE_ENV_PROXY: '1',
    })
    expect(answer).toMatchObject({ status: 200, body: '{"direct":true}' })
    expect(proxy.connections()).toBe(0)
    await direct.close()
  })

  it('switching certificate checks off in it has no effect', async () => {
    const before = requests
    const answer = await submitInChild(origin, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })
    expect(answer).toMatchObject({ status: null, sent: false })
    expect(requests).toBe(before)
  })

  it('while an authority that the machine trusts is enough', async () => {
    const before = requests
    const answer = await submitInChild(origin, { NODE_EXTRA_CA_CERTS: pem('cert') })
    expect(answer).toMatchObject({ status: 200, body: '{"direct":true}', sent: true })
    expect(requests).toBe(before + 1)
  })
})
