import { describe, expect, it, vi } from 'vitest'
import { fail, ok } from '../../shared/errors.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { readSigner } from '../../electron/desk/key-signers.ts'
import { createVault } from '../../electron/secrets/vault.ts'
import { attack } from '../support/proven.ts'
import {
  fakeKeyring,
  failureOf,
  isSigned,
  must,
  openKeyDesk,
  passphrase,
  pasted,
  practiceAddress,
  publicKey,
  seed,
  venueId,
  type TestKeyDesk,
} from './support.ts'

vi.mock('../../shared/venues/registry.ts', async (original) =>
  (await import('./keyed-registry.ts')).keyed(await original()),
)

/** What is pasted where a keyring seals it. */
const pastedAtKeyring = (change: Parameters<typeof pasted>[0] = {}) => {
  const { passphrase: _, ...input } = pasted(change)
  return input
}

const atKeyring = async (options: Parameters<typeof openKeyDesk>[0] = {}) => {
  const desk = await openKeyDesk({ keyring: fakeKeyring(), ...options })
  const account = await desk.account()
  return { ...desk, treasury: account }
}

const kinds = async ({ store }: TestKeyDesk) =>
  must(await store.history.list())
    .map(({ kind }) => kind)
    .filter((kind) => kind.startsWith('key.'))
    .reverse()

describe('adding a key', () => {
  it('makes an Ed25519 key here: what is public of it is told, and it signs', async () => {
    const desk = await atKeyring()
    const key = must(await desk.keys.add(pastedAtKeyring({ secret: null })))
    expect(key).toMatchObject({ kind: 'ed25519', sealedBy: 'keyring', label: 'desk', expiresAt: null })
    const signer = must(await desk.keys.open(desk.treasury))
    expect(isSigned(key.keyId, 'text', must(await signer.sign('text')))).toBe(true)
  })

  it('takes a pasted seed, wipes what was pasted, and knows its public key', async () => {
    const desk = await atKeyring()
    const secret = Buffer.from(seed)
    expect(must(await desk.keys.add(pastedAtKeyring({ secret }))).keyId).toBe(publicKey)
    expect(secret.every((byte) => byte === 0)).toBe(true)
    expect(must(await desk.keys.of(desk.treasury))).toEqual({ keyId: publicKey })
  })

  it('takes an HMAC secret with the name that the venue gave it', async () => {
    const desk = await atKeyring({ kind: 'hmacSha256' })
    const input = pastedAtKeyring({ secret: Buffer.from('0123456789abcdefGHIJ'), keyId: 'XXXXXXXX12' })
    expect(must(await desk.keys.add(input))).toMatchObject({ kind: 'hmacSha256', keyId: 'XXXXXXXX12' })
  })

  it.each([
    ['ed25519', { keyId: 'ab'.repeat(32) }, 'keyId'],
    ['ed25519', { secret: Buffer.from('zz') }, 'secret'],
    ['ed25519', { label: '<b>' }, 'label'],
    ['ed25519', { expiresAt: '2020-01-01T00:00:00.000Z' }, 'expiresAt'],
    ['hmacSha256', { secret: null, keyId: 'XXXXXXXX12' }, 'secret'],
    ['hmacSha256', { keyId: null }, 'keyId'],
  ] as const)('refuses %s with %j', async (kind, change, field) => {
    const desk = await atKeyring({ kind })
    expect(failureOf(await desk.keys.add(pastedAtKeyring(change)))).toMatchObject({ field })
    expect(must(await desk.keys.list())).toEqual([])
  })

  it('is for accounts whose venue takes one, and for one key each', async () => {
    const device = await atKeyring({ kind: null })
    expect(failureOf(await device.keys.add(pastedAtKeyring())).code).toBe('secret.notNeeded')
    const desk = await atKeyring()
    expect(failureOf(await desk.keys.rotate(pastedAtKeyring())).code).toBe('secret.none')
    must(await desk.keys.add(pastedAtKeyring()))
    expect(failureOf(await desk.keys.add(pastedAtKeyring())).code).toBe('secret.exists')
  })

  it('is not sealed by a keyring that is not there, even if that is asked for', async () => {
    const desk = await openKeyDesk()
    await desk.account()
    const input = { ...pastedAtKeyring(), sealBy: 'keyring' } as const
    expect(failureOf(await desk.keys.add(input)).code).toBe('secret.keyringMissing')
    expect(failureOf(await desk.keys.add(pastedAtKeyring())).code).toBe('secret.locked')
  })
})

describe('a key in use', () => {
  it('is replaced: the new one signs, and nothing sealed is left of the old one', async () => {
    const desk = await atKeyring()
    const old = must(await desk.keys.add(pastedAtKeyring()))
    const { sealed } = must(await desk.store.apiKeys.inUse(desk.treasury.id)) ?? { sealed: '' }
    // Ids of the same millisecond are in no order.
    const added = Date.now()
    await vi.waitUntil(() => Date.now() > added, { interval: 1 })
    const next = must(await desk.keys.rotate(pastedAtKeyring({ secret: null })))
    expect(must(await desk.keys.list('treasury'))).toEqual([next])
    const all = must(await desk.store.apiKeys.list())
    expect(all.map(({ id, replacedAt }) => [id, replacedAt === null])).toEqual([
      [next.id, true],
      [old.id, false],
    ])
    expect(must(await desk.store.apiKeys.inUse(desk.treasury.id))?.sealed).not.toBe(sealed)
  })

  it('is removed: nothing opens any more', async () => {
    const desk = await atKeyring()
    must(await desk.keys.add(pastedAtKeyring()))
    must(await desk.keys.remove('treasury'))
    for (const gone of [
      await desk.keys.of(desk.treasury),
      await desk.keys.open(desk.treasury),
      await desk.keys.openForReading(desk.treasury),
      await desk.keys.test('treasury'),
      await desk.keys.remove('treasury'),
    ])
      expect(failureOf(gone).code).toBe('secret.none')
  })

  it('is not opened after its end', async () => {
    const desk = await atKeyring()
    // An hour, so that a slow machine opens it before its end.
    const hour = 3_600_000
    const expiresAt = new Date(Date.now() + hour).toISOString()
    must(await desk.keys.add(pastedAtKeyring({ expiresAt })))
    must(await desk.keys.open(desk.treasury))
    desk.moveClock(hour)
    expect(failureOf(await desk.keys.open(desk.treasury)).code).toBe('secret.expired')
    expect(failureOf(await desk.keys.of(desk.treasury)).code).toBe('secret.expired')
  })

  it('signs once for each opening', async () => {
    const desk = await atKeyring()
    must(await desk.keys.add(pastedAtKeyring()))
    const signer = must(await desk.keys.open(desk.treasury))
    must(await signer.sign('one'))
    expect(failureOf(await signer.sign('two')).code).toBe('secret.spent')
  })

  it('opens for no account but its own, whatever the table says', async () => {
    const desk = await atKeyring()
    must(await desk.keys.add(pastedAtKeyring()))
    const stranger = { ...desk.treasury, signer: `0x${'11'.repeat(20)}` } as const
    expect(failureOf(await desk.keys.open(stranger)).code).toBe('secret.altered')
  })
})

describe('testing a key', () => {
  it('asks the venue with a read, and keeps what it says', async () => {
    const desk = await atKeyring()
    const coinswitch = await desk.account({ name: 'perps', venue: venueId('coinswitch') })
    must(await desk.keys.add(pastedAtKeyring({ account: 'perps' })))
    desk.venue.report = { expiresAt: '2099-01-01T00:00:00.000Z', permissions: ['read', 'trade'] }
    const tested = must(await desk.keys.test('perps'))
    expect(tested).toMatchObject(desk.venue.report)
    expect(must(await desk.keys.list(coinswitch.id))).toMatchObject([desk.venue.report])
  })

  it('does not sign a change, whatever the venue module asks for', async () => {
    const desk = await atKeyring()
    await desk.account({ name: 'perps', venue: venueId('coinswitch') })
    must(await desk.keys.add(pastedAtKeyring({ account: 'perps' })))
    desk.venue.readText = 'POST/v5/position/set-leverage1756460695432'
    expect(failureOf(await desk.keys.test('perps')).code).toBe('secret.readOnly')
  })

  it('does not even open a key for a text that is no read', async () => {
    const desk = await atKeyring()
    must(await desk.keys.add(pastedAtKeyring()))
    const held = must(await desk.store.apiKeys.inUse(desk.treasury.id))
    if (!held) throw new Error('it was added')
    const vault = createVault({ keyring: null, now: Date.now, passphrase: async () => fail('secret.locked') })
    const signer = readSigner(vault, { account: desk.treasury, ...held })
    expect(failureOf(await signer.sign('POST/v5/x1756460695432')).code).toBe('secret.readOnly')
  })

  it('asks whether it may sign where the venue tells no more', async () => {
    const desk = await atKeyring()
    must(await desk.keys.add(pastedAtKeyring()))
    Object.assign(desk.venue, { checkKey: undefined })
    expect(must(await desk.keys.test('treasury')).permissions).toBeNull()
    const refused = fail('request.signerNotAllowed', { signer: 'x', account: 'y' })
    Object.assign(desk.venue, { checkSigner: async () => refused })
    expect(failureOf(await desk.keys.test('treasury')).code).toBe('request.signerNotAllowed')
  })
})

describe('the passphrase', () => {
  it('is kept for ten minutes and asked for after that; one that is wrong is not kept', async () => {
    let answer = passphrase
    const desk = await openKeyDesk({ passphrase: async () => ok(answer) })
    const account = await desk.account()
    must(await desk.keys.add(pasted()))
    must(await desk.keys.open(account))
    desk.moveClock(10 * 60_000 - 60_000)
    must(await desk.keys.open(account))
    expect([desk.asked.count, must(await desk.keys.sealing()).unlockedUntilMs === null]).toEqual([0, false])
    desk.moveClock(60_000)
    expect(must(await desk.keys.sealing()).unlockedUntilMs).toBeNull()
    answer = 'not the right passphrase'
    expect(failureOf(await desk.keys.open(account)).code).toBe('secret.wrongPassphrase')
    expect([desk.asked.count, must(await desk.keys.sealing()).unlockedUntilMs]).toEqual([1, null])
    answer = passphrase
    must(await desk.keys.open(account))
    must(await desk.keys.open(account))
    expect(desk.asked.count).toBe(2)
    desk.keys.lock()
    expect(must(await desk.keys.sealing())).toEqual({
      keyring: null,
      passphrase: true,
      unlockedUntilMs: null,
    })
  })

  it('is one for all keys of a desk: another one is a slip, and nothing is kept', async () => {
    const desk = await openKeyDesk()
    await desk.account()
    await desk.account({ name: 'perps' })
    must(await desk.keys.add(pasted()))
    const other = pasted({ account: 'perps', passphrase: 'correct horse battery stable' })
    expect(failureOf(await desk.keys.add(other)).code).toBe('secret.wrongPassphrase')
    expect(must(await desk.keys.list('perps'))).toEqual([])
    // Unlocked, so the passphrase need not be given again.
    must(await desk.keys.add(pastedAtKeyring({ account: 'perps' })))
    expect(desk.asked.count).toBe(0)
  })

  it('unlocks from the window, and says so; a wrong one does not', async () => {
    const desk = await openKeyDesk()
    const account = await desk.account()
    must(await desk.keys.add(pasted()))
    desk.keys.lock()
    expect(failureOf(await desk.keys.open(account)).code).toBe('secret.locked')
    expect(failureOf(await desk.keys.unlock('not the right passphrase')).code).toBe('secret.wrongPassphrase')
    expect(failureOf(await desk.keys.open(account)).code).toBe('secret.locked')
    expect(must(await desk.keys.unlock(passphrase)).unlockedUntilMs).toBeGreaterThan(Date.now())
    must(await desk.keys.open(account))
  })
})

describe('a key that is to go', () => {
  const rotation = (desk: TestKeyDesk) => desk.keys.rotate(pastedAtKeyring({ secret: null }))
  const removal = (desk: TestKeyDesk) => desk.keys.remove('treasury')

  it('is shown on the Ledger of its account, the new one with it, and the history keeps what was confirmed', async () => {
    const desk = await atKeyring()
    const old = must(await desk.keys.add(pastedAtKeyring()))
    const shown: string[] = []
    desk.ledger.onScreen(({ lines }) => shown.push(lines.slice(1).join('')))
    const next = must(await rotation(desk))
    const text = shown.join('').replaceAll(/\s/g, '')
    for (const part of [old.keyId, next.keyId, 'hyperliquidmainnet', practiceAddress])
      expect(text).toContain(part)
    must(await removal(desk))
    const { signatures } = must(await verifyHistoryFile(desk.store.path))
    expect(signatures).toBe(2)
  })

  it.each([
    ['replaced', rotation],
    ['removed', removal],
  ])('is not %s where the person says no on the Ledger', async (_, change) => {
    const desk = await atKeyring({ answer: 'reject' })
    const key = must(await desk.keys.add(pastedAtKeyring()))
    expect(failureOf(await change(desk)).code).toBe('device.rejected')
    expect(must(await desk.keys.list())).toEqual([key])
    expect(await kinds(desk)).toEqual(['key.added'])
  })

  attack(
    'page',
    'replaces or removes an API key whose passphrase the desk keeps, with no Ledger connected',
    'refused with secret.unconfirmed; the passphrase must be given again, and it is the one that seals that very key',
    async () => {
      const desk = await openKeyDesk()
      await desk.account()
      const key = must(await desk.keys.add(pasted()))
      desk.usb.connected = false
      for (const change of [rotation, removal])
        expect(failureOf(await change(desk)).code).toBe('secret.unconfirmed')
      const wrong = 'correct horse battery stable'
      expect(failureOf(await desk.keys.remove('treasury', wrong)).code).toBe('secret.wrongPassphrase')
      expect(failureOf(await desk.keys.rotate(pasted({ passphrase: wrong, secret: null }))).code).toBe(
        'secret.wrongPassphrase',
      )
      expect(must(await desk.keys.list())).toEqual([key])
      must(await desk.keys.rotate(pasted({ secret: null })))
      must(await desk.keys.remove('treasury', passphrase))
      expect(must(await verifyHistoryFile(desk.store.path)).signatures).toBe(0)
    },
  )

  attack(
    'page',
    'replaces or removes an API key that the keyring seals, with no Ledger or with that of another account',
    'refused with device.none or device.notThisOne; the key stays',
    async () => {
      const desk = await atKeyring()
      await desk.account({ name: 'other', path: "44'/60'/0'/0/9" })
      must(await desk.keys.add(pastedAtKeyring({ account: 'other' })))
      expect(failureOf(await desk.keys.remove('other')).code).toBe('device.notThisOne')
      must(await desk.keys.add(pastedAtKeyring()))
      desk.usb.connected = false
      for (const change of [rotation, removal]) expect(failureOf(await change(desk)).code).toBe('device.none')
      expect(failureOf(await desk.keys.remove('treasury', passphrase)).code).toBe('device.none')
      expect(must(await desk.keys.list())).toHaveLength(2)
    },
  )
})

const perps = (change = {}) => pastedAtKeyring({ account: 'perps', ...change })

describe('the history of keys', () => {
  it('has every step, public facts only, and verifies', async () => {
    const desk = await atKeyring()
    await desk.account({ name: 'perps', venue: venueId('coinswitch') })
    must(await desk.keys.add(perps()))
    must(await desk.keys.test('perps'))
    must(await desk.keys.rotate(perps({ secret: null })))
    must(await desk.keys.remove('perps'))
    must(await desk.keys.add(perps()))
    expect(await kinds(desk)).toEqual([
      'key.added',
      'key.checked',
      'key.confirmed',
      'key.rotated',
      'key.confirmed',
      'key.removed',
      'key.added',
    ])
    must(await verifyHistoryFile(desk.store.path))
    const { sealed } =
      must(await desk.store.apiKeys.inUse(must(await desk.keys.list())[0]?.accountId ?? '')) ?? {}
    for (const { body } of must(await desk.store.history.list())) {
      expect(body).not.toContain('aes-256-gcm')
      expect(body).not.toContain((JSON.parse(sealed ?? '{}') as { sealed: string }).sealed)
    }
  })
})
