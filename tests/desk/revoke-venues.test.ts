import { describe, expect, it } from 'vitest'
import { prepare } from '../../electron/desk/prepare.ts'
import { prepareRevocation } from '../../electron/desk/prepare-revocation.ts'
import { permitReading } from '../../electron/desk/read-permit.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { revoke } from '../../electron/desk/revoke.ts'
import { withdraw } from '../../electron/desk/withdraw.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { synthetixOf, synthetixSubAccountOf } from '../../electron/venues/practice/synthetix-state.ts'
import { fail } from '../../shared/errors.ts'
import { readPreparedRequest, type PreparedRequest } from '../../shared/prepared-request.ts'
import { revocationPreviewOf } from '../../shared/revocation-preview.ts'
import { readSignatureHex } from '../../shared/signature.ts'
import type { RevocationTerms } from '../../shared/venues/module.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { changeOf, deskCases, openDeskAt } from '../conformance/desk-cases.ts'
import { must, openDesk, practiceAddress, signed, type TestDesk } from '../support/desk.ts'
import { sign, submit } from '../support/as-shown.ts'

const settings = { blindSigning: false, rawMessages: true, transactionHash: false }
const subAccountId = synthetixSubAccountOf(practiceAddress)
const btcTo20 = { account: 'treasury', market: 'BTC-USDT', leverage: '20' }

const paths = ({ venue }: TestDesk) =>
  venue.requests.filter(({ target }) => target === 'submission').map(({ path }) => path)

const requestOf = async ({ ports }: TestDesk, id: string): Promise<PreparedRequest> =>
  must(readPreparedRequest(must(await ports.store.requests.get(id)).prepared, id))

const appliedAt = (desk: TestDesk) =>
  synthetixOf(desk.venue.state).applied.map(({ symbol, leverage, nonce }) => ({ symbol, leverage, nonce }))

/** The terms that a person is shown; that there are some is part of the test. */
async function termsFor({ ports }: TestDesk, id: string): Promise<RevocationTerms> {
  const prepared = must(await prepareRevocation(ports, id))
  if (prepared.kind !== 'prepared' || !prepared.terms) throw new Error('nothing is to be signed')
  return prepared.terms
}

const revokeAsShown = async (desk: TestDesk, id: string) =>
  must(await revoke(desk.ports, id, await termsFor(desk, id)))

/** Sets the leverage at the venue as somebody else would. */
function setAtVenue({ venue }: TestDesk, leverage: number): void {
  const now = synthetixOf(venue.state)
  const account = now.subAccounts[subAccountId]
  if (!account) throw new Error('the subaccount is there')
  const leverages = { ...account.leverages, 'BTC-USDT': leverage }
  const subAccounts = { ...now.subAccounts, [subAccountId]: { ...account, leverages } }
  venue.setState({ ...venue.state, synthetix: { ...now, subAccounts } })
}

/** Sends what was signed as somebody would who has a copy of it. */
async function sendCopy(desk: TestDesk, id: string): Promise<number | null> {
  const { ports } = desk
  const { signature } = must(await ports.store.requests.get(id))
  const request = await requestOf(desk, id)
  const venue = must(ports.venueFor(must(await ports.store.accounts.get('treasury'))))
  const body = rulesOf(request.venue).bodyOf(request.wire, must(readSignatureHex(signature)))
  return (await venue.submit(body)).status
}

describe('revoking a request through Compass', () => {
  async function openCompass() {
    const desk = await openDesk()
    await desk.account({ venue: 'compass' })
    const id = await signed(desk, { account: 'treasury', market: 'AAPL', leverage: '3', isCross: true })
    return { desk, id }
  }

  it('sends the empty action to Hyperliquid, on the same nonce, and Compass cannot forward the request any more', async () => {
    const { desk, id } = await openCompass()
    expect(must(await revoke(desk.ports, id))).toMatchObject({ stored: { state: 'revoked' }, failure: null })
    const { nonce } = must(await desk.ports.store.requests.get(id))
    expect(paths(desk)).toEqual(['/exchange'])
    expect(desk.venue.applied).toMatchObject([{ type: 'noop', via: 'hyperliquid', nonce: Number(nonce) }])
    await sendCopy(desk, id)
    expect(desk.venue.applied).toHaveLength(1)
    must(await verifyHistoryFile(desk.ports.store.path))
  })

  it('says beforehand that it is sent to Hyperliquid, and to which host', async () => {
    const { desk, id } = await openCompass()
    const request = await requestOf(desk, id)
    const facts = { sent: false, terms: null, ends: [] }
    const real = { ...request, origin: 'https://api.compasslabs.ai' }
    expect(revocationPreviewOf(real, facts, 'nanoSP', settings)).toMatchObject({
      value: {
        sentTo: { name: 'Hyperliquid', origin: 'https://api.hyperliquid.xyz' },
        says: [
          expect.stringContaining('sent to Hyperliquid (https://api.hyperliquid.xyz)'),
          expect.any(String),
          expect.any(String),
        ],
      },
    })
    expect(revocationPreviewOf(request, facts, 'nanoSP', settings)).toMatchObject({
      value: { sentTo: { name: 'Hyperliquid', origin: 'practice' } },
    })
  })

  it('settles one that never arrived at once, and one that was applied as applied', async () => {
    const { desk, id } = await openCompass()
    desk.venue.failNext('resetBeforeApply')
    must(await submit(desk.ports, id))
    expect(must(await revoke(desk.ports, id)).stored.state).toBe('revoked')
    const other = await signed(desk, { account: 'treasury', market: 'AAPL', leverage: '4', isCross: true })
    desk.venue.failNext('resetAfterApply')
    must(await submit(desk.ports, other))
    expect(must(await revoke(desk.ports, other))).toMatchObject({
      stored: { state: 'applied' },
      failure: null,
    })
    expect(desk.venue.applied.map(({ type }) => type)).toEqual(['noop', 'updateLeverage'])
  })
})

describe('revoking a request on Synthetix', () => {
  async function openSynthetix() {
    const desk = await openDesk()
    await desk.account({ venue: 'synthetix', settings: { subAccountId } })
    must(await permitReading(desk.ports, 'treasury'))
    return { desk, id: await signed(desk, btcTo20) }
  }

  async function openUnknown(fault: 'resetBeforeApply' | 'resetAfterApply') {
    const { desk, id } = await openSynthetix()
    desk.venue.failNext(fault)
    expect(must(await submit(desk.ports, id)).stored.state).toBe('unknown')
    return { desk, id }
  }

  it('sets the leverage in force with a higher nonce, and the venue refuses the request from then on', async () => {
    const { desk, id } = await openSynthetix()
    const terms = await termsFor(desk, id)
    const { nonce } = must(await desk.ports.store.requests.get(id))
    expect(terms.nonce).toBeGreaterThan(Number(nonce))
    expect(must(await revoke(desk.ports, id, terms))).toMatchObject({
      stored: { state: 'revoked' },
      failure: null,
    })
    expect(await sendCopy(desk, id)).toBe(401)
    expect(appliedAt(desk)).toEqual([{ symbol: 'BTC-USDT', leverage: 10, nonce: terms.nonce }])
    must(await verifyHistoryFile(desk.ports.store.path))
  })

  it('signs what its preview shows, with the expiry of the request', async () => {
    const { desk, id } = await openSynthetix()
    const [terms, request] = [await termsFor(desk, id), await requestOf(desk, id)]
    const facts = { sent: false, terms, ends: [] }
    const preview = must(revocationPreviewOf(request, facts, 'nanoSP', settings))
    const { review } = preview.device
    const rows = review.kind === 'review' ? review.rows.map(({ value }) => value) : []
    expect(rows.slice(5)).toEqual(
      expect.arrayContaining(['UpdateLeverage', subAccountId, 'BTC-USDT', '10', preview.nonce]),
    )
    must(await revoke(desk.ports, id, terms))
    const kept = must(await desk.ports.store.revocations.get(id))
    expect(kept?.digest).toBe(preview.digest)
    const [own, sent] = [request.wire, JSON.parse(kept?.body ?? '') as unknown]
    if (!('expiresAfter' in own)) throw new Error('it has one')
    expect(sent).toMatchObject({
      params: { leverage: '10' },
      nonce: terms.nonce,
      expiresAfter: own.expiresAfter,
    })
  })

  it('names the other open requests of the signer, which become useless too, and says so where there are none', async () => {
    const { desk, id } = await openSynthetix()
    const { ports } = desk
    expect(must(await prepareRevocation(ports, id))).toMatchObject({ ends: [] })
    const other = await signed(desk, { ...btcTo20, market: 'ETH-USDT', leverage: '15' })
    const gone = await signed(desk, { ...btcTo20, market: 'ETH-USDT', leverage: '16' })
    must(await withdraw(ports, gone))
    const prepared = must(await prepareRevocation(ports, id))
    if (prepared.kind !== 'prepared') throw new Error('it is to be signed')
    expect(prepared.ends).toEqual([{ id: other, market: 'ETH-USDT' }])
    const request = await requestOf(desk, id)
    const saysOf = (ends: typeof prepared.ends) =>
      must(revocationPreviewOf(request, { ...prepared, ends, sent: false }, 'nanoSP', settings)).says.join(
        ' ',
      )
    expect(saysOf(prepared.ends)).toContain(`become useless as well: ${other} (ETH-USDT)`)
    expect(saysOf([])).toContain('No other open request is known here.')
    expect(saysOf([])).toContain('inferred')
    must(await revoke(ports, id, prepared.terms))
    expect(must(await submit(ports, other))).toMatchObject({
      stored: { state: 'refused' },
      failure: { message: expect.stringContaining('the same or a higher nonce') },
    })
  })

  it('that was sent and never arrived is revoked at once', async () => {
    const { desk, id } = await openUnknown('resetBeforeApply')
    expect(await revokeAsShown(desk, id)).toMatchObject({ stored: { state: 'revoked' }, failure: null })
    expect(must(await prepare(desk.ports, btcTo20)).kind).toBe('prepared')
  })

  it('that was sent and applied is found by reading: nothing is signed or sent', async () => {
    const { desk, id } = await openUnknown('resetAfterApply')
    expect(must(await prepareRevocation(desk.ports, id))).toEqual({ kind: 'applied' })
    expect(must(await revoke(desk.ports, id))).toMatchObject({ stored: { state: 'applied' }, failure: null })
    expect(must(await desk.ports.store.revocations.get(id))).toBeNull()
    expect(appliedAt(desk)).toHaveLength(1)
  })

  it('that is applied between the reading and the revocation is set back, and that is told', async () => {
    const { desk, id } = await openUnknown('resetBeforeApply')
    const terms = await termsFor(desk, id)
    const { openLedger } = desk.ports
    const ports = {
      ...desk.ports,
      openLedger: async (...args: Parameters<typeof openLedger>) => {
        await sendCopy(desk, id)
        return openLedger(...args)
      },
    }
    const outcome = must(await revoke(ports, id, terms))
    expect(outcome).toMatchObject({
      stored: { state: 'revoked', detail: { message: expect.stringContaining('was at 20x cross') } },
      failure: { code: 'revoke.setBack', outcome: 'sent' },
    })
    expect(appliedAt(desk).map(({ leverage }) => leverage)).toEqual([20, 10])
  })

  it.each(['resetBeforeApply', 'resetAfterApply'] as const)(
    'whose revocation lost its answer (%s) is not sent, and a second try settles it with the same signature',
    async (fault) => {
      const { desk, id } = await openSynthetix()
      const terms = await termsFor(desk, id)
      desk.venue.failNext(fault)
      expect(must(await revoke(desk.ports, id, terms))).toMatchObject({
        stored: { state: 'signed' },
        failure: { code: 'revoke.unknown' },
      })
      expect(await submit(desk.ports, id)).toMatchObject({ ok: false })
      expect(await termsFor(desk, id)).toEqual(terms)
      expect(must(await revoke(desk.ports, id))).toMatchObject({
        stored: { state: 'revoked' },
        failure: null,
      })
      expect(appliedAt(desk)).toHaveLength(1)
      must(await verifyHistoryFile(desk.ports.store.path))
    },
  )

  it('is not sent again once the leverage is another one, which it would set back', async () => {
    const { desk, id } = await openSynthetix()
    desk.venue.failNext('resetBeforeApply')
    await revokeAsShown(desk, id)
    setAtVenue(desk, 12)
    expect(await revoke(desk.ports, id)).toMatchObject({
      error: { code: 'revoke.changed', outcome: 'not-sent', message: expect.stringContaining('12x cross') },
    })
    expect(appliedAt(desk)).toEqual([])
  })

  it('is signed on no other terms than those that were shown and that still hold', async () => {
    const { desk, id } = await openSynthetix()
    const { ports } = desk
    const terms = await termsFor(desk, id)
    const far = { ...terms, nonce: terms.nonce + 1_000_000 }
    expect(await revoke(ports, id)).toMatchObject({ error: { code: 'input.missingField' } })
    expect(await revoke(ports, id, far)).toMatchObject({ error: { code: 'payload.nonceStale' } })
    expect(await revoke(ports, id, { ...terms, leverage: '11' })).toMatchObject({
      error: { code: 'revoke.changed' },
    })
    const { nonce } = must(await ports.store.requests.get(id))
    expect(await revoke(ports, id, { ...terms, nonce: Number(nonce) })).toMatchObject({
      error: { code: 'input.badField' },
    })
    expect(must(await ports.store.revocations.get(id))).toBeNull()
    expect(appliedAt(desk)).toEqual([])
  })

  it('that is refused says why, and is never sent itself', async () => {
    const { desk, id } = await openSynthetix()
    const terms = await termsFor(desk, id)
    const now = synthetixOf(desk.venue.state)
    const account = now.subAccounts[subAccountId]
    if (!account) throw new Error('the subaccount is there')
    const { openLedger } = desk.ports
    const ports = {
      ...desk.ports,
      openLedger: (...args: Parameters<typeof openLedger>) => {
        const subAccounts = {
          ...now.subAccounts,
          [subAccountId]: { ...account, owner: `0x${'1'.repeat(40)}` as const },
        }
        desk.venue.setState({ ...desk.venue.state, synthetix: { ...now, subAccounts } })
        return openLedger(...args)
      },
    }
    expect(must(await revoke(ports, id, terms))).toMatchObject({
      stored: { state: 'signed' },
      failure: { code: 'revoke.refused', outcome: 'unknown' },
    })
    expect(await submit(desk.ports, id)).toMatchObject({ ok: false })
  })

  it('needs nothing where the venue shows already what it wants, or where it has lapsed', async () => {
    const { desk, id } = await openSynthetix()
    setAtVenue(desk, 20)
    const needless = { error: { code: 'revoke.needless', outcome: 'not-sent' } }
    expect(await prepareRevocation(desk.ports, id)).toMatchObject(needless)
    setAtVenue(desk, 10)
    desk.moveClocks(16 * 60_000)
    expect(await prepareRevocation(desk.ports, id)).toMatchObject(needless)
  })

  it('rejected on the Ledger leaves it as it was, and it can still be sent', async () => {
    const { desk, id } = await openSynthetix()
    const openLedger = () => Promise.resolve(fail('device.rejected'))
    const terms = await termsFor(desk, id)
    expect(await revoke({ ...desk.ports, openLedger }, id, terms)).toMatchObject({
      error: { code: 'device.rejected' },
    })
    expect(must(await submit(desk.ports, id)).stored.state).toBe('applied')
  })
})

describe.each(['arcus', 'coinswitch', 'bybit'] as const)(
  'revoking at %s, where an API key signs,',
  (venue) => {
    async function openSigned() {
      const desk = await openDeskAt(venue)
      const prepared = must(await prepare(desk.ports, changeOf(deskCases[venue])))
      if (prepared.kind !== 'prepared') throw new Error('already set')
      must(await sign(desk.ports, prepared.stored.id))
      return { desk, id: prepared.stored.id }
    }

    it('is needless before it was sent: it is withdrawn', async () => {
      const { desk, id } = await openSigned()
      expect(await revoke(desk.ports, id)).toMatchObject({
        error: {
          code: 'revoke.needless',
          outcome: 'not-sent',
          message: expect.stringContaining('no signature yet'),
          next: expect.stringContaining('Withdraw'),
        },
      })
      expect(must(await withdraw(desk.ports, id)).state).toBe('withdrawn')
    })

    it('is needless after it was sent: it lapses by itself, at a time that is told', async () => {
      const { desk, id } = await openSigned()
      desk.venue.failNext('resetBeforeApply')
      expect(must(await submit(desk.ports, id)).stored.state).toBe('unknown')
      expect(await revoke(desk.ports, id)).toMatchObject({
        error: {
          code: 'revoke.needless',
          outcome: 'unknown',
          message: expect.stringMatching(/lapses by itself, and from \d{4}-\d\d-\d\d .* UTC on/),
          next: expect.stringContaining('reconcile'),
        },
      })
      expect(must(await reconcile(desk.ports, id)).stored.state).toBe('unknown')
    })
  },
)
