import { describe, expect, it } from 'vitest'
import { createHttpClient } from '../../electron/venues/http-client.ts'
import { readOrigin } from '../../electron/venues/origin.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import { httpText, startRawServer, user, valueOf } from './support.ts'

const refusedOrigins = [
  ['plain http to another machine', 'http://api.hyperliquid.xyz'],
  ['a path', 'https://api.hyperliquid.xyz/'],
  ['a deeper path', 'https://api.hyperliquid.xyz/exchange'],
  ['a trailing dot', 'https://api.hyperliquid.xyz.'],
  ['capitals', 'https://API.hyperliquid.xyz'],
  ['a capital scheme', 'HTTPS://api.hyperliquid.xyz'],
  ['the default port spelt out', 'https://api.hyperliquid.xyz:443'],
  ['a user', 'https://user@api.hyperliquid.xyz'],
  ['a user and password', 'https://user:word@api.hyperliquid.xyz'],
  ['the host as a user of another host', 'https://api.hyperliquid.xyz@evil.example'],
  ['a backslash', 'https://api.hyperliquid.xyz\\@evil.example'],
  ['a blank in front', ' https://api.hyperliquid.xyz'],
  ['a tab inside', 'https://api.hyper\tliquid.xyz'],
  ['a Cyrillic letter', 'https://\u0430pi.hyperliquid.xyz'],
  ['a full-width dot', 'https://api\uff0ehyperliquid.xyz'],
  ['punycode', 'https://xn--pi-7kc.hyperliquid.xyz'],
  ['a fragment', 'https://api.hyperliquid.xyz#x'],
  ['a query', 'https://api.hyperliquid.xyz?x'],
  ['a percent-encoded host', 'https://api.hyperliquid%2exyz'],
  ['another loopback address', 'http://127.0.0.2:8080'],
  ['a short IPv4', 'http://127.1:8080'],
  ['IPv4 as a number', 'http://2130706433:8080'],
  ['IPv4 in hex', 'http://0x7f.0.0.1:8080'],
  ['IPv4 in octal', 'http://0177.0.0.1:8080'],
  ['every address', 'http://0.0.0.0:8080'],
  ['a cloud metadata address', 'http://169.254.169.254'],
  ['a private address', 'http://192.168.1.1'],
  ['localhost with a dot', 'http://localhost.:8080'],
  ['a name that begins with localhost', 'http://localhost.evil.example:8080'],
  ['a name that begins with 127.0.0.1', 'http://127.0.0.1.evil.example:8080'],
  ['IPv4 mapped into IPv6', 'http://[::ffff:127.0.0.1]:8080'],
  ['a long IPv6 loopback', 'http://[0:0:0:0:0:0:0:1]:8080'],
  ['a web socket', 'wss://api.hyperliquid.xyz'],
  ['a file', 'file:///etc/passwd'],
  ['data', 'data:application/json,{}'],
  ['no scheme', 'api.hyperliquid.xyz'],
  ['nothing', ''],
] as const

const acceptedOrigins = [
  'https://api.hyperliquid.xyz',
  'https://api.hyperliquid-testnet.xyz',
  'https://api.compasslabs.ai',
  'https://venue.example:8443',
  'http://127.0.0.1:8080',
  'http://[::1]:8080',
  'http://localhost:8080',
]

describe('a host is taken only in its one exact spelling', () => {
  it.each(refusedOrigins)('refuses %s', (_, origin) => {
    expect(readOrigin(origin, 'Hyperliquid')).toMatchObject({
      ok: false,
      error: { code: 'venue.hostNotAllowed', outcome: 'not-sent' },
    })
    expect(createHttpClient({ venue: 'Hyperliquid', origin }).ok).toBe(false)
  })

  it.each(acceptedOrigins)('accepts %s', (origin) => {
    expect(valueOf(readOrigin(origin, 'Hyperliquid')).origin).toBe(origin)
  })
})

describe('a path never leads to another host', () => {
  it.each([
    'evil.example/info',
    '.evil.example/info',
    '@evil.example/info',
    ':1/info',
    '\\evil.example/info',
    '/../info',
    '/a/./b',
    '/with blank',
    '/tab\there',
    '/line\nHost: evil.example',
    '/caf\u00e9',
    '',
  ])('refuses %j without connecting', async (path) => {
    const server = await startRawServer((socket) => socket.end(httpText('{}')))
    const client = valueOf(createHttpClient({ venue: 'V', origin: `http://127.0.0.1:${server.port}` }))
    const read = await client.read({ method: 'GET', path })
    expect(read).toMatchObject({ ok: false, error: { code: 'venue.hostNotAllowed' } })
    const sent = await client.submit({ method: 'POST', path, body: '{}' })
    expect(sent).toMatchObject({ status: null, sent: false })
    expect(server.connections()).toBe(0)
    await server.close()
  })

  it('takes two slashes as a path of its own host', async () => {
    const server = await startRawServer((socket) => socket.end(httpText('{}')))
    const client = valueOf(createHttpClient({ venue: 'V', origin: `http://127.0.0.1:${server.port}` }))
    expect((await client.read({ method: 'GET', path: '//evil.example/info' })).ok).toBe(true)
    expect(server.received()).toMatch(/^GET \/\/evil\.example\/info HTTP\/1\.1\r\n/)
    await server.close()
  })
})

const make = (venue: string, network: string, settings = {}) =>
  createVenue({ venue, network, address: user, settings })

describe('the registry', () => {
  const account = { venue: 'hyperliquid', network: 'mainnet', address: user, settings: {} }

  it('sends real accounts to the real hosts and nowhere else', () => {
    expect(valueOf(make('hyperliquid', 'mainnet')).origin).toBe('https://api.hyperliquid.xyz')
    expect(valueOf(make('hyperliquid', 'testnet')).origin).toBe('https://api.hyperliquid-testnet.xyz')
    expect(valueOf(make('compass', 'mainnet')).origin).toBe('https://api.compasslabs.ai')
  })

  it.each(['https://evil.example', 'https://api.hyperliquid.xyz.evil.example', 'https://10.0.0.1'])(
    'takes no stand-in that is not on this machine: %s',
    (practiceOrigin) => {
      expect(createVenue(account, { practiceOrigin })).toMatchObject({
        ok: false,
        error: { code: 'venue.hostNotAllowed' },
      })
    },
  )

  it('knows no other venue, network or path family, and Compass on mainnet only', () => {
    expect(make('ftx', 'mainnet')).toMatchObject({
      error: { code: 'input.badField', field: 'account.venue' },
    })
    expect(make('hyperliquid', 'devnet')).toMatchObject({ error: { field: 'account.network' } })
    expect(make('compass', 'testnet')).toMatchObject({ error: { field: 'account.network' } })
    expect(make('compass', 'mainnet', { pathPrefix: '/v3/other' })).toMatchObject({
      error: { field: 'account.settings.pathPrefix' },
    })
  })
})
