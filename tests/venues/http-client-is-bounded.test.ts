import dns from 'node:dns'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHttpClient, type HttpClient, type HttpLimits } from '../../electron/venues/http-client.ts'
import { ownPort } from '../support/own-port.ts'
import { httpText, startRawServer, valueOf, type RawServer } from './support.ts'

const servers: RawServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const secret = 'BODY-THAT-MUST-NOT-LEAK'
const submission = { method: 'POST', path: '/exchange', body: secret } as const
const question = { method: 'POST', path: '/info', body: '{"type":"meta"}' } as const

async function raw(onData: (socket: Socket, received: string) => void): Promise<RawServer> {
  const server = await startRawServer(onData)
  servers.push(server)
  return server
}

const clientAt = (
  port: number,
  limits: Partial<HttpLimits> = {},
  scheme: 'http' | 'https' = 'http',
): HttpClient =>
  valueOf(createHttpClient({ venue: 'Venue', origin: `${scheme}://127.0.0.1:${port}`, limits }))

/** What a client makes of a server that sends these bytes. */
async function bothWays(answer: string | Buffer, limits: Partial<HttpLimits> = {}) {
  const server = await raw((socket) => socket.end(answer))
  const client = clientAt(server.port, limits)
  return { read: await client.read(question), sent: await client.submit(submission) }
}

describe('what goes out', () => {
  it('is exactly the given text, once, with its length, as JSON, and asks for no compression', async () => {
    const server = await raw((socket) => socket.end(httpText('{}')))
    const body = '{"b":1,"a":"\u00e4 \ud83d\ude80"}'
    await clientAt(server.port).submit({ method: 'POST', path: '/exchange', body })
    const [head = '', sent = ''] = Buffer.from(server.received(), 'latin1').toString('utf8').split('\r\n\r\n')
    expect(sent).toBe(body)
    const lines = head.toLowerCase().split('\r\n')
    expect(lines[0]).toBe('post /exchange http/1.1')
    expect(lines).toContain(`content-length: ${Buffer.byteLength(body)}`)
    expect(lines).toContain('content-type: application/json')
    expect(lines).toContain('accept-encoding: identity')
    expect(lines).toContain('connection: close')
    expect(lines).toContain(`host: 127.0.0.1:${server.port}`)
    expect(server.connections()).toBe(1)
  })

  it('reaches localhost on this machine without asking a name server', async () => {
    const server = await raw((socket) => socket.end(httpText('{"a":1}')))
    const lookup = vi.spyOn(dns, 'lookup')
    const client = valueOf(createHttpClient({ venue: 'V', origin: `http://localhost:${server.port}` }))
    expect(await client.read(question)).toMatchObject({ ok: true, value: { value: { a: 1 } } })
    expect(lookup).not.toHaveBeenCalled()
    lookup.mockRestore()
  })
})

describe('an answer', () => {
  it('is read with its JSON and the skew of the two clocks', async () => {
    const nowMs = Date.UTC(2026, 10, 20, 12, 0, 0)
    const date = new Date(nowMs + 90_000).toUTCString()
    const server = await raw((socket) =>
      socket.end(
        httpText('{"a":[1,2.5]}', ['content-type: application/json; charset=utf-8', `date: ${date}`]),
      ),
    )
    const origin = `http://127.0.0.1:${server.port}`
    const client = valueOf(createHttpClient({ venue: 'V', origin, now: () => nowMs }))
    expect(await client.read(question)).toEqual({
      ok: true,
      value: { value: { a: [1, 2.5] }, readAtMs: nowMs, skewMs: 90_500 },
    })
  })

  it('without a date has no skew', async () => {
    const { read } = await bothWays(httpText('{}'))
    expect(valueOf(read).skewMs).toBe(null)
  })

  it.each(['301 Moved', '302 Found', '303 See Other', '307 Temporary', '308 Permanent'])(
    '%s is never followed',
    async (status) => {
      const elsewhere = await raw((socket) => socket.end(httpText('{"stolen":true}')))
      const headers = [`location: http://127.0.0.1:${elsewhere.port}/`, 'content-type: application/json']
      const { read, sent } = await bothWays(httpText('{}', headers, status))
      expect(read).toMatchObject({ ok: false, error: { code: 'venue.readFailed' } })
      expect(sent).toMatchObject({ status: Number(status.slice(0, 3)), sent: true, lost: '' })
      expect(elsewhere.connections()).toBe(0)
    },
  )

  it.each([
    ['another status', httpText('{}', ['content-type: application/json'], '503 Busy')],
    ['a page instead of JSON', httpText('<html></html>', ['content-type: text/html'])],
    ['JSON under another name', httpText('{}', ['content-type: text/plain'])],
    ['no content type', httpText('{}', [])],
    ['broken JSON', httpText('{"a":')],
    ['a key that stands twice', httpText('{"a":1,"a":2}')],
    ['nothing', httpText('')],
    ['a byte order mark', httpText('\ufeff{}')],
  ])('that is %s cannot be read, and says nothing was changed by reading', async (_, answer) => {
    const { read } = await bothWays(answer)
    expect(read).toMatchObject({ ok: false, error: { code: 'venue.readFailed', outcome: 'not-sent' } })
  })

  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
  it.each([
    [
      'not UTF-8',
      Buffer.concat([Buffer.from(`${head}content-length: 4\r\n\r\n"`), Buffer.from([0xff, 0xfe, 0x22])]),
    ],
    ['in another character set', httpText('{}', ['content-type: application/json; charset=utf-16'])],
    ['compressed', httpText('{}', ['content-type: application/json', 'content-encoding: gzip'])],
    ['cut off', `${head}content-length: 100\r\n\r\n{"a":`],
    ['a broken chunk', `${head}transfer-encoding: chunked\r\n\r\n5\r\n{"a":`],
    ['of two lengths', `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['no answer at all', ''],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['a change of protocol', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
  ])('that is %s counts as lost after sending', async (_, answer) => {
    const { read, sent } = await bothWays(answer)
    expect(read).toMatchObject({ ok: false, error: { code: 'venue.readFailed' } })
    expect(sent).toMatchObject({ status: null, body: '', sent: true })
    expect(sent.lost).not.toBe('')
  })

  it('larger than the limit is given up at the limit, announced or not', async () => {
    const large = ' '.repeat(3000)
    const chunked = `${head}transfer-encoding: chunked\r\n\r\nbb8\r\n${large}\r\n0\r\n\r\n`
    for (const answer of [httpText(large), chunked]) {
      const { sent } = await bothWays(answer, { maxBytes: 2000 })
      expect(sent).toMatchObject({ status: null, sent: true })
      expect(sent.lost).toContain('larger than 2000 bytes')
    }
  })

  it('that drips in for ever is given up in time', async () => {
    const { promise: dripped, resolve } = Promise.withResolvers<void>()
    let drops = 0
    const server = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n')
      const drip = setInterval(() => {
        socket.write(' ')
        drops += 1
        if (drops === 20) resolve()
      }, 5)
      socket.once('close', () => clearInterval(drip))
    })
    // The limit passes after some drops: a real one may be over before the connection stands, on a busy machine.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const sending = clientAt(server.port, { totalMs: 100 }).submit(submission)
      await dripped
      vi.advanceTimersByTime(100)
      const lost = 'no complete answer came within 0.1 s.'
      expect(await sending).toMatchObject({ status: null, sent: true, lost })
    } finally {
      vi.useRealTimers()
    }
  })
})

const pem = (name: string) => readFileSync(new URL(`../data/tls/localhost-${name}.pem`, import.meta.url))

describe('it says "not sent" only where that is certain', () => {
  it('when the connection is refused', async () => {
    const client = clientAt(await ownPort())
    expect(await client.submit(submission)).toEqual({
      status: null,
      body: '',
      sent: false,
      lost: 'the connection was refused.',
    })
    expect(await client.read(question)).toMatchObject({ error: { code: 'venue.unreachable' } })
  })

  it('when the name is unknown', async () => {
    const client = valueOf(createHttpClient({ venue: 'V', origin: 'https://countersign-test.invalid' }))
    expect(await client.submit(submission)).toMatchObject({ status: null, sent: false })
  })

  it('when the other side does not speak TLS, which sees no byte of the body', async () => {
    const server = await raw((socket) => socket.end(httpText('{"status":"ok"}')))
    const sent = await clientAt(server.port, {}, 'https').submit(submission)
    expect(sent).toMatchObject({ status: null, sent: false })
    expect(server.connections()).toBe(1)
    expect(server.received()).not.toContain(secret)
  })

  it('when TLS does not come about in time', async () => {
    const server = await raw(() => {})
    const sent = await clientAt(server.port, { connectMs: 100 }, 'https').submit(submission)
    expect(sent).toMatchObject({ sent: false, lost: 'the connection could not be made within 0.1 s.' })
  })

  it('when nobody vouches for the certificate, and then no request arrives', async () => {
    let requests = 0
    const server = createTlsServer({ key: pem('key'), cert: pem('cert') }, (_, response) => {
      requests += 1
      response.end('{}')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const sent = await clientAt(port, {}, 'https').submit(submission)
    server.close()
    await once(server, 'close')
    expect(sent).toMatchObject({ status: null, sent: false })
    expect(sent.lost).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(requests).toBe(0)
  })

  it('and not when the connection breaks after the body went out', async () => {
    const server = await raw((socket) => socket.resetAndDestroy())
    const sent = await clientAt(server.port).submit(submission)
    expect(sent).toMatchObject({ status: null, sent: true })
    expect(server.received()).toContain(secret)
    expect(server.connections()).toBe(1)
  })
})

const withKey = (port: number, read: () => string | undefined) =>
  valueOf(
    createHttpClient({
      venue: 'Compass',
      origin: `http://127.0.0.1:${port}`,
      key: { header: 'x-api-key', variable: 'COMPASS_API_KEY', read },
    }),
  )

describe('the API key', () => {
  const key = 'sk-secret-0123456789'
  it('is fetched at each sending, goes into its header and comes back in nothing that is kept', async () => {
    const server = await raw((socket) => socket.end(httpText(`{"echo":"${key}"}`)))
    let fetched = 0
    const client = withKey(server.port, () => {
      fetched += 1
      return key
    })
    const sent = await client.submit(submission)
    const read = await client.read(question)
    expect(fetched).toBe(2)
    expect(server.received()).toContain(`x-api-key: ${key}\r\n`)
    expect(JSON.stringify([sent, read])).not.toContain(key)
  })

  it('is in no failure', async () => {
    const server = await raw((socket) => socket.resetAndDestroy())
    const client = withKey(server.port, () => key)
    const all = [await client.submit(submission), await client.read(question), await client.ask(question)]
    expect(JSON.stringify(all)).not.toContain(key)
  })

  it.each([undefined, '', 'with blank', 'line\r\nhost: evil.example', 'caf\u00e9'])(
    'of %j is refused before anything is connected',
    async (value) => {
      const server = await raw((socket) => socket.end(httpText('{}')))
      const client = withKey(server.port, () => value)
      expect(await client.read(question)).toMatchObject({ error: { code: 'venue.apiKeyMissing' } })
      expect(await client.submit(submission)).toMatchObject({ status: null, sent: false })
      expect(server.connections()).toBe(0)
    },
  )
})
