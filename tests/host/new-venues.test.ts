import { describe, expect, it } from 'vitest'
import { practiceOnlyArcusKey } from '../../electron/venues/practice/arcus-state.ts'
import { practiceOnlyBybitKey, practiceOnlyCoinSwitchKey } from '../../electron/venues/practice/v5-state.ts'
import { approve, approving, asking, must, openDesk, withAccount } from './support.ts'

const practice = { mode: 'practice' } as const
const passphrase = 'five words chosen at random'
const someAccount = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
const first = '0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d'

describe('permitting to read', () => {
  it('lets Synthetix be read once the Ledger has signed it, and not before', async () => {
    const finding = await openDesk(practice)
    const subAccountId = must(await finding.client.practice.subAccount({ address: first }))
    if (subAccountId === null) throw new Error('the practice Synthetix does not know the first address')
    const desk = await withAccount(practice, { venue: 'synthetix', settings: { subAccountId } })
    const { client, account } = desk
    const read = () => client.markets.current({ accountId: account.id, symbols: ['BTC-USDT'] })
    expect(await read()).toMatchObject({ ok: false, error: { code: 'venue.readPermitMissing' } })
    const { expiresAtMs } = await approving(desk, () =>
      client.accounts.permitReading({ accountId: account.id }),
    )
    expect(expiresAtMs).toBeGreaterThan(Date.now())
    expect(must(await read())).toMatchObject({ settings: [{ current: { leverage: '10' } }], leftOut: [] })
  })

  it('is not for a venue that shows its accounts to everybody', async () => {
    const { client, account } = await withAccount()
    expect(await client.accounts.permitReading({ accountId: account.id })).toMatchObject({
      ok: false,
      error: { code: 'venue.readPermitNeedless' },
    })
  })

  it('names no subaccount for an address that the practice venue does not know', async () => {
    const { client } = await openDesk(practice)
    const address = '0x00000000000000000000000000000000000000aa'
    expect(must(await client.practice.subAccount({ address }))).toBeNull()
  })
})

describe('the practice key', () => {
  it.each([
    ['coinswitch', practiceOnlyCoinSwitchKey.keyId, practiceOnlyCoinSwitchKey.seed],
    ['bybit', practiceOnlyBybitKey.keyId, practiceOnlyBybitKey.secret],
    ['arcus', practiceOnlyArcusKey.keyId, practiceOnlyArcusKey.seed],
  ] as const)('is taken by the practice %s, and its secret stays inside', async (venue, keyId, secret) => {
    const { client, account } = await withAccount(practice, { venue })
    const accountId = account.id
    const added = await client.keys.addPractice({ accountId, passphrase })
    expect(must(added)).toMatchObject({ accountId, venue, keyId, label: 'practice' })
    expect(must(await client.keys.test({ accountId }))).toMatchObject({ keyId })
    expect(JSON.stringify([added, must(await client.history.export({ withUsable: true }))])).not.toContain(
      secret,
    )
  })

  it('is put in the place of the one in use, once the practice Ledger confirmed it', async () => {
    const desk = await withAccount(practice, { venue: 'arcus' })
    const { client, account } = desk
    const accountId = account.id
    const input = { accountId, secret: null, keyId: null, label: '', expiresAt: null, passphrase }
    must(await client.keys.add(input))
    await approving(desk, () => client.keys.addPractice({ accountId }))
    expect(must(await client.keys.list()).keys).toMatchObject([{ keyId: practiceOnlyArcusKey.keyId }])
  })

  it('is not for an account that its Ledger signs for', async () => {
    const { client, account } = await withAccount()
    expect(await client.keys.addPractice({ accountId: account.id, passphrase })).toMatchObject({
      error: { code: 'secret.notNeeded' },
    })
  })

  it('and the practice subaccount are refused by a real desk', async () => {
    const { client } = await openDesk({ mode: 'real' })
    const refused = { ok: false, error: { code: 'session.notPractice' } }
    expect(await client.keys.addPractice({ accountId: someAccount, passphrase })).toMatchObject(refused)
    expect(await client.practice.subAccount({ address: first })).toMatchObject(refused)
  })
})

describe('registering a key with the Ledger', () => {
  async function withKey() {
    const desk = await withAccount(practice, { venue: 'arcus' })
    const accountId = desk.account.id
    const input = { accountId, secret: null, keyId: null, label: '', expiresAt: null, passphrase }
    return { ...desk, accountId, key: must(await desk.client.keys.add(input)) }
  }

  it('registers the key in use, which the venue takes then', async () => {
    const desk = await withKey()
    const { client, accountId, key } = desk
    expect(await client.keys.test({ accountId })).toMatchObject({ ok: false })
    const { listed, key: registered } = await approving(desk, () => client.keys.register({ accountId }))
    expect(listed).toBe(true)
    expect(registered.keyId).toBe(key.keyId)
    expect(registered.expiresAt).not.toBeNull()
    expect(must(await client.keys.test({ accountId }))).toMatchObject({ expiresAt: registered.expiresAt })
  })

  it('sends nothing when it is rejected on the Ledger, and keeps the key', async () => {
    const { client, events, until, accountId, key } = await withKey()
    events.length = 0
    const registering = client.keys.register({ accountId })
    await until(asking)
    must(await client.practice.input({ input: 'right' }))
    must(await client.practice.input({ input: 'both' }))
    await approve(client)
    expect(await registering).toMatchObject({ error: { code: 'device.rejected', outcome: 'not-sent' } })
    expect(must(await client.keys.list()).keys).toMatchObject([{ keyId: key.keyId, expiresAt: null }])
    expect(await client.keys.test({ accountId })).toMatchObject({ ok: false })
  })

  it('makes no key for a venue where the Ledger registers none', async () => {
    const { client, account } = await withAccount(practice, { venue: 'coinswitch' })
    expect(await client.keys.register({ accountId: account.id })).toMatchObject({
      error: { code: 'request.venueCannot' },
    })
    expect(must(await client.keys.list()).keys).toEqual([])
  })
})
