/**
 * A desk at which something of every kind happened: changes at all six venues, approved as text and as typed data,
 * applied, unknown and then proven, withdrawn and revoked; agents, permits, registrations and API keys. All of it with
 * the practice Ledger and the practice venue.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { approveAgent } from '../../electron/desk/approve-agent.ts'
import { registerApiKey } from '../../electron/desk/arcus-key.ts'
import { confirmKeyChange } from '../../electron/desk/confirm-key-change.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { permitReading, readPermitOf } from '../../electron/desk/read-permit.ts'
import { prepareRevocation } from '../../electron/desk/prepare-revocation.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { revoke } from '../../electron/desk/revoke.ts'
import { signHeadWithLedger } from '../../electron/desk/sign-head.ts'
import { withdraw } from '../../electron/desk/withdraw.ts'
import { exportFolder } from '../../electron/export/folder.ts'
import { openStore } from '../../electron/store/open-store.ts'
import { restoreDesk } from '../../electron/store/restore.ts'
import { createVault } from '../../electron/secrets/vault.ts'
import type { NewApiKey } from '../../electron/store/port.ts'
import type { KeySigner } from '../../electron/venues/port.ts'
import { createVenue } from '../../electron/venues/registry.ts'
import { synthetixSubAccountOf } from '../../electron/venues/practice/synthetix-state.ts'
import { fail, ok } from '../../shared/errors.ts'
import type { JsonObject } from '../../shared/history/canonical-json.ts'
import type { VenueId } from '../../shared/venues/registry.ts'
import { practiceKeyOf } from '../v5/support.ts'
import { otherKey, practiceKey, signerOf } from '../venues/arcus/support.ts'
import { must, openDesk, practiceAddress, type TestDesk } from './desk.ts'
import { sign, submit } from './as-shown.ts'

const day = 86_400_000

/** Nothing here is about a venue that is slow: one that is waited for in vain is a machine at work, not an answer. */
const limits = { connectMs: 20_000, totalMs: 30_000 }

const signers: { readonly [venue in VenueId]?: KeySigner } = {
  arcus: signerOf(practiceKey),
  coinswitch: practiceKeyOf('coinswitch'),
  bybit: practiceKeyOf('bybit'),
}

const keyOf = (venue: string) => {
  const signer = Object.entries(signers).find(([name]) => name === venue)?.[1]
  return Promise.resolve(signer ? ok(signer) : fail('secret.none', { account: venue }))
}

/** The ports of a desk whose accounts at venues of API keys have the practice keys. */
const withKeys = ({ ports, venue }: TestDesk): DeskPorts => ({
  ...ports,
  venueFor: (account) =>
    createVenue(account, {
      practiceOrigin: venue.url,
      compassKey: () => 'practice',
      limits,
      now: ports.now,
      readPermit: () => readPermitOf(ports.store, account),
      readSigner: () => keyOf(account.venue),
    }),
  keys: { of: (account) => keyOf(account.venue), open: (account) => keyOf(account.venue) },
})

async function prepared(ports: DeskPorts, input: PrepareInput): Promise<string> {
  const outcome = must(await prepare(ports, input))
  if (outcome.kind !== 'prepared') throw new Error('already set')
  return outcome.stored.id
}

async function signed(ports: DeskPorts, input: PrepareInput): Promise<string> {
  const id = await prepared(ports, input)
  must(await sign(ports, id))
  return id
}

async function applied(ports: DeskPorts, input: PrepareInput): Promise<void> {
  const outcome = must(await submit(ports, await signed(ports, input)))
  if (outcome.stored.state !== 'applied') throw new Error(`it is ${outcome.stored.state}`)
}

const accounts: readonly (readonly [string, VenueId, JsonObject])[] = [
  ['plain', 'hyperliquid', {}],
  ['words', 'hyperliquid', { approval: 'text' }],
  ['typed', 'hyperliquid', { approval: 'typedData' }],
  ['compass', 'compass', {}],
  ['synthetix', 'synthetix', { subAccountId: synthetixSubAccountOf(practiceAddress), approval: 'text' }],
  ['arcus', 'arcus', {}],
  ['arcus personal', 'arcus', { createApiKey: 'eip191' }],
  ['arcus typed', 'arcus', { approval: 'typedData', isolated: 'always' }],
  ['coinswitch', 'coinswitch', {}],
  ['bybit', 'bybit', { approval: 'typedData' }],
]

/** Changes that are applied, one at each venue and in each form of approval. */
const changes: readonly PrepareInput[] = [
  { account: 'words', market: 'BTC', leverage: '10', isCross: true },
  { account: 'compass', market: 'AAPL', leverage: '3', isCross: true },
  { account: 'synthetix', market: 'BTC-USDT', leverage: '20' },
  { account: 'arcus', market: 'BTC-USD', leverage: '10' },
  { account: 'arcus typed', market: 'BTC-USD', leverage: '11' },
  { account: 'coinswitch', market: 'BTCUSDT', leverage: '7.5' },
  { account: 'bybit', market: 'BTCUSDT', leverage: '7.50' },
]

/** What the Ledger confirms before the key of an account goes. */
async function confirmed(ports: DeskPorts, name: string, newKeyId: string | null) {
  const account = must(await ports.store.accounts.get(name))
  const held = must(await ports.store.apiKeys.inUse(account.id))
  if (!held) throw new Error('it has a key')
  const locked = () => Promise.resolve(fail('secret.locked'))
  const vault = createVault({ keyring: null, passphrase: locked, now: ports.now })
  return must(await confirmKeyChange(ports, vault, { account, ...held }, newKeyId, undefined))
}

async function useKeys(ports: DeskPorts): Promise<void> {
  const { store } = ports
  const { id } = must(await store.accounts.get('arcus'))
  const key: NewApiKey = {
    accountId: id,
    venue: 'arcus',
    kind: 'ed25519',
    keyId: practiceKey.keyId,
    label: 'first',
    sealedBy: 'passphrase',
    expiresAt: null,
    permissions: null,
  }
  const sealed = '{"sealed":"not looked into by the store"}'
  const facts = { expiresAt: '2027-12-01T00:00:00.000Z', permissions: ['trade'] }
  const first = must(await store.apiKeys.add(key, sealed))
  must(await store.apiKeys.learn(first.id, facts))
  const next = { ...key, keyId: otherKey.keyId, ...facts }
  must(await store.apiKeys.rotate(next, sealed, await confirmed(ports, 'arcus', next.keyId)))
  const { id: other } = must(await store.accounts.get('bybit'))
  must(await store.apiKeys.add({ ...key, accountId: other, venue: 'bybit', kind: 'hmacSha256' }, sealed))
  must(await store.apiKeys.remove(other, await confirmed(ports, 'bybit', null)))
}

async function register(ports: DeskPorts): Promise<void> {
  const wanted = { publicKey: otherKey.keyId, expiresAtMs: ports.now() + 14 * day, name: 'desk-1' }
  must(await registerApiKey(ports, 'arcus', wanted))
  must(await registerApiKey(ports, 'arcus personal', { ...wanted, expiresAtMs: ports.now() + 15 * day }))
}

async function approveAgents(ports: DeskPorts): Promise<void> {
  const agent = { account: 'plain', validUntil: ports.now() + 30 * day, replace: false }
  must(await approveAgent(ports, { ...agent, agent: `0x${'5e'.repeat(20)}`, name: 'desk-1' }))
  const endless = { ...agent, validUntil: null }
  must(await approveAgent(ports, { ...endless, agent: `0x${'6f'.repeat(20)}`, name: 'desk-2' }))
}

/** What is revoked: by an empty action at Hyperliquid, the same through Compass, and by a higher nonce at Synthetix. */
const revoked: readonly PrepareInput[] = [
  { account: 'plain', market: 'ETH', leverage: '7', isCross: true },
  { account: 'compass', market: 'GOLD', leverage: '12', isCross: false },
  { account: 'synthetix', market: 'ETH-USDT', leverage: '15' },
]

/** A revocation whose first answer was lost, and which a second try settles. */
async function revokeOne({ venue }: TestDesk, ports: DeskPorts, input: PrepareInput): Promise<void> {
  const id = await signed(ports, input)
  const now = must(await prepareRevocation(ports, id))
  const terms = now.kind === 'prepared' ? now.terms : null
  venue.failNext('resetBeforeApply')
  must(await revoke(ports, id, terms))
  const outcome = must(await revoke(ports, id, terms))
  if (outcome.stored.state !== 'revoked') throw new Error(`it is ${outcome.stored.state}`)
}

/** A desk with a history of every kind; closed and removed when the test is over. */
async function wholeDesk(): Promise<{ readonly ports: DeskPorts }> {
  const desk = await openDesk()
  const ports = withKeys(desk)
  for (const [name, venue, settings] of accounts) await desk.account({ name, venue, settings })
  must(await permitReading(ports, 'synthetix'))
  for (const input of changes) await applied(ports, input)
  desk.venue.failNext('resetAfterApply')
  const lost = await signed(ports, { account: 'typed', market: 'BTC', leverage: '20', isCross: true })
  must(await submit(ports, lost))
  must(await reconcile(ports, lost))
  must(
    await withdraw(
      ports,
      await signed(ports, { account: 'plain', market: 'ETH', leverage: '6', isCross: true }),
    ),
  )
  for (const input of revoked) await revokeOne(desk, ports, input)
  await approveAgents(ports)
  await register(ports)
  await useKeys(ports)
  const { id: account } = must(await ports.store.accounts.get('plain'))
  const anew = { account, venue: 'hyperliquid', network: 'mainnet', market: 'NEW', number: 777 }
  must(await ports.store.marketNumbers.accept({ ...anew, was: null, freed: null }))
  must(await signHeadWithLedger(ports, 'plain'))
  return openInCopy(desk, ports)
}

/** The desk after a backup of it was restored: what was open in it is put down, and another request is open. */
async function openInCopy(desk: TestDesk, before: DeskPorts): Promise<{ readonly ports: DeskPorts }> {
  const change: PrepareInput = { account: 'plain', market: 'ETH', leverage: '9', isCross: true }
  const id = await prepared(before, change)
  const backup = join(desk.dir, 'of-a-moment-ago.db')
  must(await before.store.backup(backup))
  await before.store.close()
  must(await restoreDesk(backup, desk.dir, 'practice', before.now()))
  const store = must(await openStore({ dir: desk.dir, mode: 'practice', now: before.now }))
  onTestFinished(() => store.close())
  const ports = { ...before, store }
  must(await reconcile(ports, id))
  await prepared(ports, change)
  return { ports }
}

/** A history of every kind, in each of its forms. */
export interface WholeHistory {
  /** The folder of its export. */
  readonly folder: string
  /** A copy of the database. */
  readonly database: string
  /** The lines of its rows. */
  readonly lines: readonly string[]
}

/** Makes the history of a whole desk in a folder, where it stays when the test is over. */
export async function wholeHistory(root: string): Promise<WholeHistory> {
  const { ports } = await wholeDesk()
  const [folder, database] = [join(root, 'audit'), join(root, 'copy.db')]
  must(await exportFolder(ports.store, folder, { withUsable: true }))
  must(await ports.store.backup(database))
  const lines = readFileSync(join(folder, 'history.jsonl'), 'utf8').split('\n').slice(0, -1)
  return { folder, database, lines }
}
