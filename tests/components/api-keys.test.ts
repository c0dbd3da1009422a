// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DeskClient } from '../../renderer/state/client.ts'
import { Desk } from '../../renderer/state/desk.svelte.ts'
import { mayText, untilText } from '../../renderer/words/api-keys.ts'
import type { AccountView, ApiKeyView, KeyInputView, SealingView } from '../../shared/contract.ts'
import { failure, ok, type Failure } from '../../shared/errors.ts'
import KeysOnDesk from './KeysOnDesk.svelte'
import RequestOnDesk from './RequestOnDesk.svelte'
import { id, requestIn, rowsOf } from './sample.ts'
import { cleanup, fireEvent, render, screen } from './testing.ts'

vi.mock('../../shared/keys.ts', async (original) => ({
  ...(await original<object>()),
  keyKindOf: () => 'ed25519',
}))

const request = requestIn('signed')
const now = Date.parse('2026-11-20T10:00:00Z')
const passphrase = 'correct horse battery staple'
const address = request.prepared.account.address
const account = {
  id: request.accountId,
  name: 'Treasury Main',
  venue: 'hyperliquid',
  network: 'mainnet',
  address,
  signer: address,
  path: "44'/60'/0'/0/0",
  vaultAddress: null,
  settings: {},
  createdAt: '2026-11-20T10:00:00.000Z',
}
const apiKey = (change: Partial<ApiKeyView> = {}): ApiKeyView => ({
  id: '01KA6S0Q4T3Z9V8W7X6Y5Z4K00',
  accountId: request.accountId,
  venue: 'hyperliquid',
  kind: 'ed25519',
  keyId: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  label: '',
  sealedBy: 'passphrase',
  createdAt: '2026-11-20T10:00:00.000Z',
  expiresAt: null,
  permissions: null,
  ...change,
})

interface Told {
  readonly key?: ApiKeyView
  readonly venue?: AccountView['venue']
  /** What testing the key fails with. */
  readonly refusal?: Failure
  readonly sealing?: Partial<SealingView>
  /** Whether a Ledger is connected. */
  readonly ledger?: boolean
}

/** A desk with one account, and what it was asked. */
async function deskWith({ key, venue = 'hyperliquid', refusal, sealing, ledger = true }: Told = {}) {
  let how = { keyring: null, passphrase: key !== undefined, unlockedUntilMs: null, ...sealing }
  const asked: [string, unknown][] = []
  const presence = ledger ? 'ready' : 'none'
  const device = {
    presence,
    model: ledger ? 'nanoSP' : null,
    app: null,
    failure: null,
    checkedAtMs: 0,
  }
  const lockedOr = <T>(value: T) =>
    Promise.resolve(
      how.passphrase && how.unlockedUntilMs === null
        ? { ok: false, error: failure('secret.locked') }
        : ok(value),
    )
  const keep = (name: string) => (input: KeyInputView) => {
    asked.push([name, input])
    return Promise.resolve(ok(apiKey()))
  }
  const client = {
    session: { get: () => Promise.resolve({ mode: 'real', shell: 'browser', version: '1', path: '/x' }) },
    accounts: { list: () => Promise.resolve(ok([{ ...account, venue }])) },
    markets: { current: () => Promise.resolve(ok({ settings: [], leftOut: [] })) },
    requests: {
      list: () => Promise.resolve(ok([request])),
      get: () => Promise.resolve(ok(request)),
      submit: (input: unknown) => {
        asked.push(['submit', input])
        return lockedOr({ request: requestIn('applied'), failure: null })
      },
    },
    keys: {
      list: () => Promise.resolve(ok({ keys: key ? [key] : [], sealing: how })),
      add: keep('add'),
      rotate: keep('rotate'),
      remove: (input: unknown) => {
        asked.push(['remove', input])
        const proven = 'passphrase' in (input as object) || ledger
        return Promise.resolve(
          proven
            ? ok(apiKey())
            : { ok: false, error: failure('secret.unconfirmed', { account: account.name }) },
        )
      },
      test: (input: unknown) => {
        asked.push(['test', input])
        return refusal ? Promise.resolve({ ok: false, error: refusal }) : lockedOr(apiKey())
      },
      unlock: (input: { readonly passphrase: string }) => {
        asked.push(['unlock', input])
        if (input.passphrase !== passphrase)
          return Promise.resolve({ ok: false, error: failure('secret.wrongPassphrase') })
        how = { ...how, unlockedUntilMs: now + 600_000 }
        return Promise.resolve(ok(how))
      },
    },
    history: {
      list: () => Promise.resolve(ok(rowsOf(request))),
      verify: () =>
        Promise.resolve(
          ok({ count: 1, head: `0x${'00'.repeat(32)}`, checkedAtMs: 0, whole: { atMs: 0, count: 1 } }),
        ),
    },
    device: { get: () => Promise.resolve(device) },
    practice: { get: () => Promise.resolve(null) },
    events: () => new Promise(() => undefined),
  } as unknown as DeskClient
  const connect = () => Promise.resolve({ client, ended: new Promise<void>(() => undefined) })
  const desk = new Desk({ connect, window, storage: window.localStorage, retryMs: 1000 })
  const stop = desk.start()
  await expect.poll(() => desk.accounts.loaded && desk.requests.loaded).toBe(true)
  stop()
  desk.clock.now = now
  return { desk, asked }
}

async function shown(told: Told = {}) {
  const made = await deskWith(told)
  render(KeysOnDesk, made)
  await expect.poll(() => made.desk.apiKeys.sealing).not.toBeNull()
  return made
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }))
const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } })
const cells = () => [...document.querySelectorAll('tbody td')].map((cell) => cell.textContent?.trim() ?? '')

afterEach(cleanup)

describe('the API keys of accounts', () => {
  it('says that no change can be sent for an account without one', async () => {
    await shown()
    expect(cells()[0]).toBe('No key yet. No change can be sent for this account.')
  })

  it.each([
    ['arcus', ''],
    ['bybit', ' With it the desk also reads Bybit.'],
    ['coinswitch', ' With it the desk also reads CoinSwitch.'],
  ] as const)('says what a key of %s signs, and that it is read with it where it is', async (venue, read) => {
    await shown({ venue })
    expect(document.querySelector('.say')?.textContent?.replace(/\s+/g, ' ').trim()).toBe(
      `At these venues no Ledger can sign what is sent. A key signs it, sealed on this machine: a change only after your Ledger approved it in words.${read}`,
    )
  })

  it('says of a key what it may do, until when, and what seals it', async () => {
    const key = apiKey({ permissions: ['read', 'trade'], expiresAt: '2026-12-01T12:00:00.000Z' })
    await shown({ key })
    expect(cells().slice(0, 3)).toEqual([
      expect.stringMatching(/d75a9801…511a.*sealed by the passphrase/),
      'read, trade',
      '1 Dec 2026 12:00 UTC, in 11 days',
    ])
    expect(screen.queryByText(/ends soon/)).toBeNull()
  })

  it.each([
    ['2026-11-21T10:00:00.000Z', 'status', 'ends soon: 21 Nov 2026 10:00 UTC, in 24 h 00 min.'],
    ['2026-11-20T09:00:00.000Z', 'alert', 'is over: 20 Nov 2026 09:00 UTC, over.'],
  ] as const)('warns of one whose end is %s', async (expiresAt, role, said) => {
    await shown({ key: apiKey({ expiresAt }) })
    const notices = screen
      .getAllByRole(role)
      .map(({ textContent }) => textContent)
      .filter((text) => text?.includes('API key'))
    expect(notices).toEqual([expect.stringContaining(`The API key of Treasury Main ${said}`)])
  })

  it('warns of one that may do more than change leverage', async () => {
    const permissions = ['ContractTrade:Position', 'Spot:SpotTrade', 'Wallet:Withdraw']
    await shown({ venue: 'bybit', key: apiKey({ venue: 'bybit', permissions }) })
    const [notice] = screen
      .getAllByRole('status')
      .filter(({ textContent }) => textContent?.includes('may do'))
    expect(notice?.textContent).toContain(
      'The API key of Treasury Main may do more than it needs to: Spot:SpotTrade, Wallet:Withdraw.',
    )
    expect(notice?.textContent).toContain('Make one at Bybit')
  })

  it('does not warn of one that may do what it needs to', async () => {
    const permissions = ['ContractTrade:Position', 'Derivatives:DerivativesTrade']
    await shown({ venue: 'bybit', key: apiKey({ venue: 'bybit', permissions }) })
    expect(cells()[1]).toBe('ContractTrade:Position, Derivatives:DerivativesTrade')
    expect(screen.queryByText(/may do more/)).toBeNull()
  })

  it('claims nothing of what it was not told', () => {
    expect(untilText({ expiresAt: null, permissions: null }, now)).toBe('not known')
    expect(untilText({ expiresAt: null, permissions: ['ContractTrade:Position'] }, now)).toBe('no end told')
    expect(mayText({ venue: 'coinswitch', permissions: null })).toBe('not told by the venue')
    expect(mayText({ venue: 'arcus', permissions: null })).toBe('not told by the venue')
    expect(mayText({ venue: 'bybit', permissions: null })).toBe('told when it is tested')
  })

  it('says what to do about a refusal in this window, not on the command line', async () => {
    const refusal = failure('venue.keyRefused', { venue: 'Bybit', detail: 'it has expired.' })
    await shown({ key: apiKey(), refusal })
    await press('Test the API key of Treasury Main')
    await expect.poll(() => screen.queryByText(/Bybit did not take the API key/)).not.toBeNull()
    expect(screen.getByText(/Test the key on the page Accounts/)).toBeTruthy()
    expect(document.body.textContent).not.toContain('countersign keys')
  })
})

describe('adding a key', () => {
  it('made here needs a passphrase twice, and tells its public key to be registered', async () => {
    const { asked } = await shown()
    await press('Add an API key to Treasury Main')
    await type('Choose a passphrase', passphrase)
    await type('The same again', `${passphrase}r`)
    await press(/^Seal and keep/)
    expect(screen.getByText(/the two are not the same/)).toBeTruthy()
    expect(asked).toEqual([])
    await type('The same again', passphrase)
    await press(/^Seal and keep/)
    const input = { accountId: account.id, secret: null, keyId: null, label: '', expiresAt: null, passphrase }
    expect(asked).toEqual([['add', input]])
    await expect.poll(() => screen.queryByText(/Register its public key/)).not.toBeNull()
    expect(screen.getByText(apiKey().keyId)).toBeTruthy()
  })

  it('pasted is typed unseen, handed over once, and is nowhere on the page afterwards', async () => {
    const { asked, desk } = await shown({ sealing: { keyring: 'gnome_libsecret' } })
    await press('Add an API key to Treasury Main')
    await fireEvent.click(screen.getByLabelText('Pasted'))
    const secret = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
    await type('Secret', secret)
    expect(screen.getByLabelText('Secret').getAttribute('type')).toBe('password')
    expect(screen.queryByLabelText('Choose a passphrase')).toBeNull()
    await press(/^Seal and keep/)
    expect(asked).toEqual([['add', expect.objectContaining({ secret })]])
    expect(asked[0]?.[1]).not.toHaveProperty('passphrase')
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull()
    const inputs = [...document.querySelectorAll('input')].map(({ value }) => value)
    expect(JSON.stringify([document.body.innerHTML, inputs, desk.apiKeys.list])).not.toContain(secret)
  })

  it('in the place of another one is a rotation, and a removal is confirmed on the Ledger', async () => {
    const { asked } = await shown({ key: apiKey(), sealing: { unlockedUntilMs: now + 1000 } })
    await press('Rotate the API key of Treasury Main')
    await press(/^Seal and keep/)
    expect(asked.map(([name]) => name)).toEqual(['rotate'])
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull()
    await press('Remove the API key of Treasury Main')
    expect(screen.getByText(/stays\s+good until you revoke it there/)).toBeTruthy()
    expect(asked.map(([name]) => name)).toEqual(['rotate'])
    await press('Confirm with the Ledger')
    expect(asked.at(-1)).toEqual(['remove', { accountId: account.id }])
    await expect.poll(() => screen.queryByText(/is forgotten\./)).not.toBeNull()
  })

  it('is kept where the person thinks better of removing it', async () => {
    const { asked } = await shown({ key: apiKey() })
    await press('Remove the API key of Treasury Main')
    await press('Keep the key')
    expect(screen.queryByText(/The Ledger shows the key and the account/)).toBeNull()
    expect(asked).toEqual([])
  })

  it('is removed by the passphrase where no Ledger is connected, which is not kept on the page', async () => {
    const { asked } = await shown({ key: apiKey(), ledger: false })
    await press('Remove the API key of Treasury Main')
    await press('Confirm with the Ledger')
    await expect.poll(() => screen.queryByLabelText('Passphrase in place of the Ledger')).not.toBeNull()
    await type('Passphrase in place of the Ledger', passphrase)
    await press('Ask again')
    expect(asked.at(-1)).toEqual(['remove', { accountId: account.id, passphrase }])
    await expect.poll(() => screen.queryByText(/is forgotten\./)).not.toBeNull()
    expect(document.body.innerHTML).not.toContain(passphrase)
  })

  it('is replaced by the passphrase where no Ledger is connected, also while the keys are unlocked', async () => {
    const { asked } = await shown({ key: apiKey(), ledger: false, sealing: { unlockedUntilMs: now + 1000 } })
    await press('Rotate the API key of Treasury Main')
    expect(screen.getByText(/No Ledger is connected/)).toBeTruthy()
    await type('Passphrase', passphrase)
    await press(/^Seal and keep/)
    expect(asked).toEqual([['rotate', expect.objectContaining({ passphrase })]])
  })
})

describe('the passphrase', () => {
  it('is asked for where a test needs it; a wrong one is told, the right one goes on', async () => {
    const { asked } = await shown({ key: apiKey() })
    await press('Test the API key of Treasury Main')
    await expect.poll(() => screen.queryByLabelText('Passphrase')).not.toBeNull()
    await type('Passphrase', 'wrong')
    await press(/^Unlock and test/)
    await expect.poll(() => screen.queryByText(/This is not the passphrase/)).not.toBeNull()
    await type('Passphrase', passphrase)
    await press(/^Unlock and test/)
    await expect.poll(() => screen.queryByText(/works\./)).not.toBeNull()
    expect(asked.map(([name]) => name)).toEqual(['test', 'unlock', 'unlock', 'test'])
    expect(screen.getByText('Unlocked until 10:10 UTC')).toBeTruthy()
  })

  it('is asked for where sending needs it, and only then the request is sent', async () => {
    const { desk, asked } = await deskWith({ key: apiKey() })
    desk.clock.now = Date.parse(request.createdAt)
    render(RequestOnDesk, { desk, id })
    expect(screen.queryByLabelText('Passphrase')).toBeNull()
    await press(/^Send to Hyperliquid/)
    await expect.poll(() => screen.queryByLabelText('Passphrase')).not.toBeNull()
    await type('Passphrase', passphrase)
    await press(/^Unlock and send/)
    await expect.poll(() => asked.map(([name]) => name)).toEqual(['submit', 'unlock', 'submit'])
    await expect.poll(() => desk.requests.byId(id)?.state).toBe('applied')
  })
})
