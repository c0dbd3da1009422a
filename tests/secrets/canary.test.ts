import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import BetterSqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Contract } from '../../shared/contract.ts'
import { createCarrier } from '../../electron/host/carry-calls.ts'
import { createDesk } from '../../electron/host/router.ts'
import { prepare } from '../../electron/desk/prepare.ts'
import { openStore } from '../../electron/store/open-store.ts'
import { backUp } from '../../electron/store/backup.ts'
import { canary, failureOf, must, openKeyDesk, passphrase, practiceAddress } from './support.ts'
import { attack } from '../support/proven.ts'
import { sign, submit } from '../support/as-shown.ts'

vi.mock('../../shared/venues/registry.ts', async (original) =>
  (await import('./keyed-registry.ts')).keyed(await original()),
)
vi.mock('../../shared/keys.ts', async (original) => ({
  ...(await original<object>()),
  keyKindOf: () => 'ed25519',
}))

/** All that was printed in this test. */
let printed = ''

beforeEach(() => {
  printed = ''
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text)
      return true
    })
})

afterEach(() => {
  vi.restoreAllMocks()
})

/** Every form in which a secret could stand somewhere. */
const formsOf = (secret: Buffer): readonly Buffer[] => [
  secret,
  ...[
    secret.toString('hex'),
    secret.toString('hex').toUpperCase(),
    secret.toString('base64').replaceAll('=', ''),
    secret.toString('base64url'),
    [...secret].join(','),
    passphrase,
    Buffer.from(passphrase).toString('hex'),
    Buffer.from(passphrase).toString('base64').replaceAll('=', ''),
  ].map((text) => Buffer.from(text)),
]

/** The places, of those that are named, where a form of the secret stands. */
const placesOf = (secret: Buffer, places: ReadonlyMap<string, Buffer | string>): string[] => {
  const forms = formsOf(secret)
  return [...places]
    .filter(([, held]) => forms.some((form) => Buffer.from(held).includes(form)))
    .map(([name]) => name)
}

const filesOf = (dir: string): Map<string, Buffer> =>
  new Map(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [relative(dir, path), readFileSync(path)]),
  )

describe('a secret that went in', () => {
  it('is found by this test where it does stand', () => {
    const secret = canary()
    const places = new Map<string, string | Buffer>([
      ['raw', Buffer.concat([Buffer.from('a'), secret])],
      ['hex', `x${secret.toString('hex')}x`],
      ['passphrase', `${passphrase}\n`],
      ['none', 'nothing'],
    ])
    expect(placesOf(secret, places)).toEqual(['raw', 'hex', 'passphrase'])
  })

  attack(
    'process',
    'looks for an API key on the disk, in the history, in failures and in what is printed',
    'it stands nowhere but in its sealed record',
    async () => {
      const desk = await openKeyDesk()
      const account = await desk.account()
      const secret = canary()
      const pasted = () => ({
        account: 'treasury',
        secret: Buffer.from(secret.toString('hex')),
        keyId: null,
        label: 'canary',
        expiresAt: null,
        passphrase,
      })
      const told: unknown[] = [must(await desk.keys.add(pasted())), failureOf(await desk.keys.add(pasted()))]
      Object.assign(desk.venue, { checkKey: undefined })
      told.push(must(await desk.keys.test('treasury')))
      const change = { account: 'treasury', market: 'BTC', leverage: '10', isCross: true }
      const prepared = must(await prepare(desk.ports, change))
      if (prepared.kind !== 'prepared') throw new Error('already set')
      must(await sign(desk.ports, prepared.stored.id))
      told.push(must(await submit(desk.ports, prepared.stored.id)))
      expect(desk.venue.leverage).toBe('10')
      const signer = must(await desk.keys.open(account))
      told.push(signer, must(await signer.sign('x')), await signer.sign('y'))
      desk.keys.lock()
      told.push(failureOf(await desk.keys.unlock(`${passphrase.slice(1)}?`)))
      told.push(failureOf(await desk.keys.rotate({ ...pasted(), keyId: 'ab'.repeat(32) })))
      const half = Buffer.from(`${secret.toString('hex')}zz`)
      told.push(failureOf(await desk.keys.rotate({ ...pasted(), secret: half })))
      let exported = ''
      for await (const piece of desk.store.history.export()) exported += must(piece)
      const backup = join(desk.dir, 'backup.db')
      // The copy as such: the desk verifies one in a thread of its own, which does not know the venue of this test.
      const raw = new BetterSqlite(desk.store.path)
      must(await backUp(raw, backup))
      raw.close()
      const files = filesOf(desk.dir)
      expect([...files.keys()]).toEqual(
        expect.arrayContaining(['countersign.db', 'countersign.db-wal', 'backup.db']),
      )
      const places = new Map<string, Buffer | string>([
        ...files,
        ['export', exported],
        ['told', JSON.stringify(told)],
        ['printed', printed],
        ['requests', JSON.stringify(must(await desk.store.requests.list()))],
      ])
      expect(exported).toContain('key.added')
      expect(placesOf(secret, places)).toEqual([])
      // What is sealed is in the database and in no export.
      expect([exported.includes('scrypt'), files.get('countersign.db-wal')?.includes('scrypt')]).toEqual([
        false,
        true,
      ])
    },
  )

  it('is in no message from the desk to a page, not even in a refusal of the call that brought it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'countersign-canary-'))
    const store = must(await openStore({ dir, mode: 'practice' }))
    const account = {
      name: 'treasury',
      venue: 'hyperliquid',
      network: 'mainnet',
      address: practiceAddress,
      signer: practiceAddress,
      path: "44'/60'/0'/0/0",
      vaultAddress: null,
      settings: {},
    } as const
    const { id: accountId } = must(await store.accounts.add(account))
    await store.close()
    const desk = must(await createDesk({ shell: 'browser', version: '0', dataDir: dir, mode: 'practice' }))
    const { port1, port2 } = new MessageChannel()
    const messages: string[] = []
    createCarrier(desk.router)({
      send: (message) => {
        messages.push(String(message))
        port1.postMessage(message)
      },
      onMessage: (take) => port1.on('message', take),
      onEnd: (ended) => port1.on('close', ended),
      cut: () => port1.close(),
    })
    onTestFinished(async () => {
      port1.close()
      await desk.close()
      rmSync(dir, { recursive: true, force: true })
    })
    port2.start()
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port2 }))
    const secret = canary()
    const input = {
      accountId,
      secret: secret.toString('hex'),
      keyId: null,
      label: 'canary',
      expiresAt: null,
      passphrase,
    }
    expect(must(await client.keys.add(input))).toMatchObject({ label: 'canary', sealedBy: 'passphrase' })
    expect((await client.keys.add(input)).ok).toBe(false)
    expect(must(await client.keys.test({ accountId })).keyId).toMatch(/^[0-9a-f]{64}$/)
    expect(must(await client.keys.lock())).toEqual({ keyring: null, passphrase: true, unlockedUntilMs: null })
    expect((await client.keys.test({ accountId })).ok).toBe(false)
    expect(must(await client.keys.unlock({ passphrase })).unlockedUntilMs).toBeGreaterThan(Date.now())
    expect(must(await client.keys.list()).keys).toHaveLength(1)
    await expect(client.keys.add({ ...input, accountId: 'not-an-id' })).rejects.toThrow(
      'Input validation failed',
    )
    const extra = { ...input, more: secret.toString('hex') }
    await expect(client.keys.rotate(extra)).rejects.toThrow('Input validation failed')
    expect(messages.length).toBeGreaterThan(8)
    const places = new Map<string, Buffer | string>([
      ...filesOf(dir),
      ['messages', messages.join('\n')],
      ['printed', printed],
      ['history', JSON.stringify(await client.history.export({ withUsable: true }))],
    ])
    expect(placesOf(secret, places)).toEqual([])
  })
})
