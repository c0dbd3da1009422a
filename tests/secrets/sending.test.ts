import { describe, expect, it, vi } from 'vitest'
import { prepare } from '../../electron/desk/prepare.ts'
import { sendingOf } from '../../electron/desk/sending.ts'
import { loadRequest } from '../../electron/desk/load.ts'
import type { Approval } from '../../shared/approvals/approval.ts'
import { fail, ok } from '../../shared/errors.ts'
import { altered } from '../support/altered.ts'
import { fakeKeyring, failureOf, must, openKeyDesk, seed } from './support.ts'
import { attack } from '../support/proven.ts'
import { sign, submit } from '../support/as-shown.ts'

vi.mock('../../shared/venues/registry.ts', async (original) =>
  (await import('./keyed-registry.ts')).keyed(await original()),
)

const change = { account: 'treasury', market: 'BTC', leverage: '10', isCross: true }

/** A desk with a key, a request that was signed, and a count of how often the key was opened. */
async function signedDesk() {
  const desk = await openKeyDesk({ keyring: fakeKeyring() })
  const account = await desk.account()
  const key = { account: 'treasury', secret: Buffer.from(seed), keyId: null, label: '', expiresAt: null }
  must(await desk.keys.add(key))
  const opened: string[] = []
  const keys = {
    of: desk.keys.of,
    open: (of: typeof account) => {
      opened.push(of.name)
      return desk.keys.open(of)
    },
  }
  const ports = { ...desk.ports, keys }
  const prepared = must(await prepare(ports, change))
  if (prepared.kind !== 'prepared') throw new Error('already set')
  const { id } = prepared.stored
  return { ...desk, ports, opened, id, signed: async () => must(await sign(ports, id)) }
}

type Desk = Awaited<ReturnType<typeof signedDesk>>

/** The desk's ports with another approval kept than the Ledger gave. */
const withApproval = ({ ports }: Desk, alter: (approval: Approval) => Approval | null) => {
  const { store } = ports
  const approvals = {
    ...store.approvals,
    get: async (id: string) => {
      const kept = must(await store.approvals.get(id))
      return ok(kept && alter(kept))
    },
  }
  return { ...ports, store: { ...store, approvals } }
}

describe('an API key', () => {
  it('is opened once for a request that was approved on the Ledger, and the venue applies it', async () => {
    const desk = await signedDesk()
    await desk.signed()
    expect(desk.opened).toEqual([])
    const done = must(await submit(desk.ports, desk.id))
    expect([done.failure, done.stored.state, desk.venue.leverage]).toEqual([null, 'applied', '10'])
    expect([desk.opened, desk.venue.sent.length]).toEqual([['treasury'], 1])
  })

  it('makes a signature that is kept nowhere', async () => {
    const desk = await signedDesk()
    await desk.signed()
    must(await submit(desk.ports, desk.id))
    const [sent] = desk.venue.sent
    const rows = must(await desk.store.history.list())
    const kept = JSON.stringify([rows, must(await desk.store.submissions.get(desk.id))])
    expect(sent?.signature).toMatch(/^[0-9a-f]{128}$/)
    expect(kept).not.toContain(sent?.signature)
  })

  it.each<[string, (approval: Approval) => Approval | null, string]>([
    ['without an approval', () => null, 'approval.missing'],
    [
      'with one in other words',
      (approval) => ({ ...approval, message: altered(approval.message, '10x', '1x') }),
      'approval.otherRequest',
    ],
    [
      'with one in the other form',
      (approval) => ({ ...approval, form: 'typedData' }),
      'approval.otherRequest',
    ],
    [
      'with a signature that is not over it',
      (approval) => ({ ...approval, signature: `0x${'11'.repeat(64)}1b` }),
      'approval.signerDiffers',
    ],
    [
      'with one by another signer',
      (approval) => ({ ...approval, signer: `0x${'22'.repeat(20)}` }),
      'approval.signerDiffers',
    ],
  ])('is not opened %s', async (_, alter, code) => {
    const desk = await signedDesk()
    await desk.signed()
    const failed = await submit(withApproval(desk, alter), desk.id)
    expect(failureOf(failed)).toMatchObject({ code, outcome: 'not-sent' })
    expect([desk.opened, desk.venue.sent]).toEqual([[], []])
  })

  it('is not opened for a request that nobody signed, or that is too old', async () => {
    const desk = await signedDesk()
    expect(failureOf(await submit(desk.ports, desk.id)).code).toBe('request.wrongState')
    await desk.signed()
    desk.moveClock(3 * 24 * 3_600_000)
    expect((await submit(desk.ports, desk.id)).ok).toBe(false)
    expect(desk.opened).toEqual([])
  })

  attack(
    'edit',
    'lets a request be sent whose approval is too old',
    'the API key is not opened',
    async () => {
      const desk = await signedDesk()
      await desk.signed()
      desk.moveClock(16 * 60_000)
      const loaded = must(await loadRequest(desk.ports, desk.id))
      expect(failureOf(await sendingOf(desk.ports, loaded, desk.ports.now())).code).toBe('approval.expired')
      expect(desk.opened).toEqual([])
    },
  )

  it.each([
    ['signer', { signer: `0x${'22'.repeat(20)}` }],
    ['address', { address: `0x${'22'.repeat(20)}` }],
    ['network', { network: 'testnet' }],
  ] as const)('is not opened for an account whose %s is not that of the request', async (_, other) => {
    const desk = await signedDesk()
    await desk.signed()
    const loaded = must(await loadRequest(desk.ports, desk.id))
    const account = { ...loaded.account, ...other }
    const failed = failureOf(await sendingOf(desk.ports, { ...loaded, account }, desk.ports.now()))
    expect(failed).toMatchObject({ code: 'request.altered', outcome: 'not-sent' })
    expect(desk.opened).toEqual([])
  })

  it('that cannot be opened leaves the request signed, and it can be sent once it can', async () => {
    const desk = await signedDesk()
    await desk.signed()
    const locked = { ...desk.ports.keys, open: async () => fail('secret.locked') }
    const failed = await submit({ ...desk.ports, keys: locked }, desk.id)
    expect(failureOf(failed)).toMatchObject({ code: 'secret.locked', outcome: 'not-sent' })
    expect(must(await desk.store.requests.get(desk.id)).state).toBe('signed')
    expect(must(await submit(desk.ports, desk.id)).failure).toBeNull()
  })
})
