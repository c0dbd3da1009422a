import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract } from '../../shared/contract.ts'
import { maxMessageLength } from '../../electron/host/carry-calls.ts'
import { maxSockets } from '../../electron/host/desk-sockets.ts'
import { altered } from '../support/altered.ts'
import {
  ask,
  enter,
  openOwnSocket,
  openSocket,
  pageText,
  pathOf,
  startHost,
  type TestHost,
} from './support.ts'

const hour = 3_600_000

const foreignHosts = (port: number): string[] => [
  `localhost:${port}`,
  `LOCALHOST:${port}`,
  '127.0.0.1',
  `127.0.0.1:${port + 1}`,
  `127.1:${port}`,
  `0.0.0.0:${port}`,
  `[::1]:${port}`,
  `rebound.example:${port}`,
  `127.0.0.1.rebound.example:${port}`,
  `127.0.0.1:${port}.rebound.example`,
  `user@127.0.0.1:${port}`,
  `127.0.0.1:${port},rebound.example`,
]

const foreignOrigins = (port: number): string[] => [
  'null',
  'https://evil.example',
  `https://127.0.0.1:${port}`,
  `http://localhost:${port}`,
  `http://127.0.0.1:${port + 1}`,
  'http://127.0.0.1',
  `http://127.0.0.1:${port}.evil.example`,
  `http://127.0.0.1:${port}/`,
  `http://127.0.0.1:${port}, https://evil.example`,
  `ws://127.0.0.1:${port}`,
  'countersign://app',
]

const clientOf = (websocket: WebSocket): ContractRouterClient<Contract> =>
  createORPCClient(new RPCLink({ websocket: websocket as unknown as globalThis.WebSocket }))

function expectHeaders(headers: Readonly<Record<string, unknown>>, { port }: TestHost): void {
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  const policy = String(headers['content-security-policy']).split('; ')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("style-src 'self'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("base-uri 'none'")
  expect(policy).toContain("form-action 'none'")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).toContain(`connect-src ws://127.0.0.1:${port}`)
  expect(policy.join()).not.toMatch(/unsafe|\*|https?:/)
}

describe('the link', () => {
  it('opens the desk: a cookie for this port, which scripts cannot read and other sites cannot send', async () => {
    const host = await startHost()
    const answer = await ask(host, pathOf(host.newLink(60_000)))
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(
        new RegExp(`^countersign-${host.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
      ),
    ])
    expect(answer.body).toContain('<meta http-equiv="refresh" content="0;url=/">')
    const cookie = await enter(host)
    expect(await ask(host, '/', { cookie })).toMatchObject({ status: 200, body: pageText })
    expect(await ask(host, '/assets/index.js', { cookie })).toMatchObject({ status: 200 })
  })

  it('carries 256 bits, new ones each time', async () => {
    const host = await startHost()
    const tokens = Array.from({ length: 100 }, () => new URL(host.newLink(1)).searchParams.get('token'))
    expect(new Set(tokens).size).toBe(100)
    for (const token of tokens) expect(Buffer.from(token ?? '', 'base64url')).toHaveLength(32)
  })

  it('works once: replayed, it gives nothing', async () => {
    const host = await startHost()
    const path = pathOf(host.newLink(60_000))
    expect((await ask(host, path)).status).toBe(200)
    const replayed = await ask(host, path)
    expect(replayed).toMatchObject({ status: 410, body: expect.stringContaining('used already') })
    expect(replayed.headers['set-cookie']).toBeUndefined()
  })

  it('works once, even when it is used many times at the same moment', async () => {
    const host = await startHost()
    const path = pathOf(host.newLink(60_000))
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(host, path)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ headers }) => headers['set-cookie'])).toHaveLength(1)
  })

  it('expires', async () => {
    const host = await startHost()
    // Hours, so that what the machine takes for the test itself does not count.
    const [early, late] = [pathOf(host.newLink(2 * hour)), pathOf(host.newLink(2 * hour))]
    host.moveClock(hour)
    expect((await ask(host, early)).status).toBe(200)
    host.moveClock(hour)
    const expired = await ask(host, late)
    expect(expired).toMatchObject({ status: 410, body: expect.stringContaining('too old') })
    expect(expired.headers['set-cookie']).toBeUndefined()
  })

  it('is refused when it was guessed, cut short, or is that of another desk', async () => {
    const [host, other] = [await startHost(), await startHost()]
    const path = pathOf(host.newLink(60_000))
    const guesses = ['/open', '/open?', '/open?token=', `/open?token=${'A'.repeat(43)}`, path.slice(0, -1)]
    for (const guess of [...guesses, pathOf(other.newLink(60_000))]) {
      const answer = await ask(host, guess)
      expect(answer.status, guess).toBe(403)
      expect(answer.headers['set-cookie'], guess).toBeUndefined()
    }
    expect((await ask(host, path)).status).toBe(200)
  })

  it('is not used up by a request that is refused', async () => {
    const host = await startHost()
    const path = pathOf(host.newLink(60_000))
    expect((await ask(host, path, { host: `localhost:${host.port}` })).status).toBe(421)
    expect((await ask(host, path, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await ask(host, path, {}, { method: 'POST' })).status).toBe(405)
    expect((await ask(host, path)).status).toBe(200)
  })
})

describe('without the link', () => {
  it('there is no page and no file, whatever cookie is made up', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    const other = await enter(await startHost())
    const name = `countersign-${host.port}`
    const made = [
      '',
      `${name}=`,
      `${name}=${'A'.repeat(43)}`,
      other,
      altered(other, /^[^=]+/, name),
      cookie.slice(0, -1),
      altered(cookie, name, 'countersign'),
      `${name}=x; ${cookie}`,
    ]
    for (const value of made) {
      for (const path of ['/', '/assets/index.js', '/package.json']) {
        const answer = await ask(host, path, { cookie: value })
        expect(answer.status, `${path} ${value}`).toBe(401)
        expect(answer.body).not.toContain('the desk itself')
      }
      const opening = await openSocket(host, { cookie: value, origin: host.origin })
      expect(opening.status, value).toBe(401)
    }
  })
})

describe('a request with the cookie of the person', () => {
  it('is refused under any other name of this machine, as after DNS rebinding', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    for (const name of foreignHosts(host.port)) {
      const answer = await ask(host, '/', { cookie, host: name })
      expect(answer.status, name).toBe(421)
      expect(answer.body).not.toContain('the desk itself')
      const opening = await openSocket(host, { cookie, host: name, origin: host.origin })
      expect(opening.status, name).toBe(421)
    }
  })

  it('is refused with no Host, with two, and with a target that is no path', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    const status = async (...lines: string[]): Promise<string | undefined> => {
      const socket = connect(host.port, '127.0.0.1')
      socket.write(`${[...lines, `Cookie: ${cookie}`, 'Connection: close'].join('\r\n')}\r\n\r\n`)
      let text = ''
      for await (const part of socket.setEncoding('utf8')) text += part
      expect(text).not.toContain('the desk itself')
      return /^HTTP\/1\.1 (\d+)/.exec(text)?.[1]
    }
    const own = `Host: 127.0.0.1:${host.port}`
    expect(await status('GET / HTTP/1.1')).toBe('400')
    expect(await status('GET / HTTP/1.0')).toBe('421')
    expect(await status('GET / HTTP/1.1', own, 'Host: rebound.example')).toBe('421')
    expect(await status(`GET http://evil.example/ HTTP/1.1`, own)).toBe('400')
    expect(await status('GET * HTTP/1.1', own)).toBe('400')
  })

  it('is refused from any other origin', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    for (const origin of foreignOrigins(host.port)) {
      const answer = await ask(host, '/', { cookie, origin })
      expect(answer.status, origin).toBe(403)
      expect(answer.body).not.toContain('the desk itself')
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
    expect((await ask(host, '/', { cookie, origin: host.origin })).status).toBe(200)
  })

  it('is refused when a page elsewhere embeds it, another port of this machine included', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    for (const site of ['cross-site', 'same-site']) {
      const script = {
        cookie,
        'sec-fetch-site': site,
        'sec-fetch-mode': 'no-cors',
        'sec-fetch-dest': 'script',
      }
      expect((await ask(host, '/assets/index.js', script)).status, site).toBe(403)
      const frame = { ...script, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }
      expect((await ask(host, '/', frame)).status, site).toBe(403)
      const link = { ...frame, 'sec-fetch-dest': 'document' }
      expect((await ask(host, '/', link)).status, site).toBe(200)
    }
    const own = { cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }
    expect((await ask(host, '/assets/index.js', own)).status).toBe(200)
  })

  it('is refused by any method but GET, and with a body', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND']) {
      const answer = await ask(host, '/', { cookie }, { method })
      expect(answer, method).toMatchObject({ status: 405, headers: { allow: 'GET' } })
    }
    expect((await ask(host, '/', { cookie, 'content-length': '2' }, { body: '{}' })).status).toBe(413)
    expect((await ask(host, '/', { cookie, 'transfer-encoding': 'chunked' }, { body: '{}' })).status).toBe(
      413,
    )
  })

  it('never leaves the files of the page', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    const paths = [
      '/../package.json',
      '/assets/../../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/....//package.json',
      '/..\\package.json',
      '/%00',
      '//etc/passwd',
      '/etc/passwd',
      '//',
      '/index.html',
      '/assets/',
      '/assets/index.js%00.html',
      '/assets/index.js?x',
      '/ASSETS/index.js',
      '/__proto__',
      '/constructor',
      '/desk',
    ]
    for (const path of paths) expect((await ask(host, path, { cookie })).status, path).toBe(404)
  })

  it('is refused with headers larger than any browser sends here', async () => {
    const host = await startHost()
    expect((await ask(host, '/', { padding: 'x'.repeat(16_384) })).status).toBe(431)
  })
})

describe('the WebSocket', () => {
  it("carries the contract to the host's own page", async () => {
    const host = await startHost()
    const client = clientOf(await openOwnSocket(host, await enter(host)))
    expect(await client.session.get()).toEqual({ mode: null, shell: 'browser', version: '0.0.0', path: null })
  })

  it('is refused without an Origin, and from any other origin: no site can open it', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    expect((await openSocket(host, { cookie })).status).toBe(403)
    for (const origin of foreignOrigins(host.port)) {
      expect((await openSocket(host, { cookie, origin })).status, origin).toBe(403)
    }
  })

  it('is there at one path only', async () => {
    const host = await startHost()
    const headers = { cookie: await enter(host), origin: host.origin }
    for (const path of ['/', '/desk/', '/desk?x', '/Desk', '/open']) {
      expect((await openSocket(host, headers, { path })).status, path).toBe(404)
    }
  })

  it('is cut by a message larger than any call, and the host goes on', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    const socket = await openOwnSocket(host, cookie)
    socket.send('x'.repeat(maxMessageLength + 1))
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1009)
    const client = clientOf(await openOwnSocket(host, cookie))
    expect(await client.session.get()).toMatchObject({ shell: 'browser' })
  })

  it('is cut by what is not a call, and the host goes on', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    for (const message of ['', '{', 'null', '[]', '{"i":1}', '"x"', Buffer.from('{}')]) {
      const socket = await openOwnSocket(host, cookie)
      socket.send(message)
      const [code] = (await once(socket, 'close')) as [number]
      expect(code, String(message)).toBe(1007)
    }
    const client = clientOf(await openOwnSocket(host, cookie))
    expect(await client.session.get()).toMatchObject({ shell: 'browser' })
  })

  it('refuses input that is not of the contract, and calls that are not in it', async () => {
    const host = await startHost()
    const client = clientOf(await openOwnSocket(host, await enter(host)))
    const strange = client as unknown as Record<string, Record<string, (input?: unknown) => Promise<unknown>>>
    await expect(strange['session']?.['open']?.({ mode: 'root' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    await expect(strange['session']?.['destroy']?.()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(strange['__proto__']?.['constructor']?.()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is not opened more often than there can be pages', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    for (let count = 0; count < maxSockets; count += 1) await openOwnSocket(host, cookie)
    expect((await openSocket(host, { cookie, origin: host.origin })).status).toBe(503)
  })
})

describe('the host', () => {
  it('sends its headers with every answer, refusals included', async () => {
    const host = await startHost()
    const cookie = await enter(host)
    const answers = [
      await ask(host, '/', { cookie }),
      await ask(host, '/assets/index.js', { cookie }),
      await ask(host, '/nothing', { cookie }),
      await ask(host, '/'),
      await ask(host, '/open?token=x'),
      await ask(host, pathOf(host.newLink(60_000))),
      await ask(host, '/', { host: 'rebound.example' }),
      await ask(host, '/', {}, { method: 'POST' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 401, 403, 200, 421, 405])
    for (const { headers } of answers) expectHeaders(headers, host)
  })

  it('listens on 127.0.0.1 and nowhere else', async () => {
    const host = await startHost()
    const addresses = Object.values(networkInterfaces())
      .flat()
      .flatMap((found) => (found ? [found.address] : []))
    const others = ['::1', '127.0.0.2', ...addresses].filter((address) => address !== '127.0.0.1')
    for (const address of others) {
      const socket = connect(host.port, address)
      const outcome = await Promise.race([
        once(socket, 'connect').then(() => 'connected'),
        once(socket, 'error').then(() => 'refused'),
      ]).catch(() => 'refused')
      socket.destroy()
      expect(outcome, address).toBe('refused')
    }
  })

  it('ends with all its pages', async () => {
    const host = await startHost()
    const socket = await openOwnSocket(host, await enter(host))
    const closed = once(socket, 'close')
    await host.close()
    await closed
    await expect(ask(host, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
