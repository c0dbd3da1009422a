import { describe, expect, it } from 'vitest'
import { prepare } from '../../electron/desk/prepare.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { revoke } from '../../electron/desk/revoke.ts'
import { withdraw } from '../../electron/desk/withdraw.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { fail } from '../../shared/errors.ts'
import { revocationPreviewOf } from '../../shared/revocation-preview.ts'
import { readPreparedRequest } from '../../shared/prepared-request.ts'
import { readSignatureHex } from '../../shared/signature.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { btcTo10, must, openDesk, signed, type TestDesk } from '../support/desk.ts'
import { meeting } from '../support/meeting.ts'
import { submit } from '../support/as-shown.ts'

const kinds = async (desk: TestDesk, id: string) =>
  must(await desk.ports.store.history.list({ requestId: id }))
    .map(({ kind }) => kind)
    .toReversed()

const types = (desk: TestDesk) => desk.venue.applied.map(({ type }) => type)

const rejecting = () => Promise.resolve(fail('device.rejected'))

async function deskWithSigned() {
  const desk = await openDesk()
  await desk.account()
  return { desk, id: await signed(desk) }
}

describe('revoking a signed request that was not sent', () => {
  it('uses up its nonce with an empty action, and it can never be sent', async () => {
    const { desk, id } = await deskWithSigned()
    const outcome = must(await revoke(desk.ports, id))
    expect(outcome).toMatchObject({ stored: { state: 'revoked' }, failure: null })
    const { nonce } = must(await desk.ports.store.requests.get(id))
    expect(desk.venue.applied).toMatchObject([{ type: 'noop', nonce: Number(nonce) }])
    expect(await submit(desk.ports, id)).toMatchObject({ ok: false, error: { code: 'request.wrongState' } })
    expect((await kinds(desk, id)).slice(-3)).toEqual([
      'revocation.signed',
      'revocation.answered',
      'request.revoked',
    ])
    must(await verifyHistoryFile(desk.ports.store.path))
  })

  it('signs what its preview shows', async () => {
    const { desk, id } = await deskWithSigned()
    const stored = must(await desk.ports.store.requests.get(id))
    const request = must(readPreparedRequest(stored.prepared, id))
    const settings = { blindSigning: false, rawMessages: true, transactionHash: false }
    const preview = must(
      revocationPreviewOf(request, { sent: false, terms: null, ends: [] }, 'nanoSP', settings),
    )
    expect(preview.digest).not.toBe(stored.digest)
    must(await revoke(desk.ports, id))
    expect(must(await desk.ports.store.revocations.get(id))?.digest).toBe(preview.digest)
  })

  it('once it was signed, the request is not sent even when the answer was lost; a second try settles it', async () => {
    const { desk, id } = await deskWithSigned()
    desk.venue.failNext('resetBeforeApply')
    const lost = must(await revoke(desk.ports, id))
    expect(lost).toMatchObject({ stored: { state: 'signed' }, failure: { code: 'revoke.unknown' } })
    expect((await submit(desk.ports, id)).ok).toBe(false)
    expect(types(desk)).toEqual([])
    expect(must(await revoke(desk.ports, id))).toMatchObject({ stored: { state: 'revoked' }, failure: null })
    expect(types(desk)).toEqual(['noop'])
    expect((await kinds(desk, id)).filter((kind) => kind === 'revocation.signed')).toHaveLength(1)
  })

  it('that was taken although its answer was lost: the second try finds the nonce used up', async () => {
    const { desk, id } = await deskWithSigned()
    desk.venue.failNext('resetAfterApply')
    expect(must(await revoke(desk.ports, id)).failure?.code).toBe('revoke.unknown')
    expect(must(await revoke(desk.ports, id))).toMatchObject({ stored: { state: 'revoked' }, failure: null })
    expect(types(desk)).toEqual(['noop'])
  })

  it('that somebody else used: says so and revokes nothing', async () => {
    const { desk, id } = await deskWithSigned()
    const { ports } = desk
    const stolen = must(await ports.store.requests.get(id))
    const venue = must(ports.venueFor(must(await ports.store.accounts.get('treasury'))))
    const request = must(readPreparedRequest(stolen.prepared, id))
    await venue.submit(rulesOf(request.venue).bodyOf(request.wire, must(readSignatureHex(stolen.signature))))
    expect(types(desk)).toEqual(['updateLeverage'])
    expect(must(await revoke(ports, id))).toMatchObject({
      stored: { state: 'signed' },
      failure: { code: 'revoke.nonceUsed', outcome: 'unknown' },
    })
  })

  it('rejected on the device leaves it as it was, and it can still be sent', async () => {
    const { desk, id } = await deskWithSigned()
    expect(await revoke({ ...desk.ports, openLedger: rejecting }, id)).toMatchObject({
      ok: false,
      error: { code: 'device.rejected' },
    })
    expect(desk.venue.applied).toEqual([])
    expect(must(await submit(desk.ports, id)).stored.state).toBe('applied')
  })
})

describe('revoking a request whose outcome is not known', () => {
  it('that never arrived settles it at once, without waiting for its expiry', async () => {
    const { desk, id } = await deskWithSigned()
    desk.venue.failNext('resetBeforeApply')
    expect(must(await submit(desk.ports, id)).stored.state).toBe('unknown')
    expect(must(await revoke(desk.ports, id))).toMatchObject({ stored: { state: 'revoked' }, failure: null })
    expect(types(desk)).toEqual(['noop'])
    expect(must(await prepare(desk.ports, btcTo10)).kind).toBe('prepared')
    must(await verifyHistoryFile(desk.ports.store.path))
  })

  it('that was applied finds that out, and changes nothing', async () => {
    const { desk, id } = await deskWithSigned()
    desk.venue.failNext('resetAfterApply')
    expect(must(await submit(desk.ports, id)).stored.state).toBe('unknown')
    expect(must(await revoke(desk.ports, id))).toMatchObject({ stored: { state: 'applied' }, failure: null })
    expect(types(desk)).toEqual(['updateLeverage'])
  })

  it('leaves it unknown when the answer is lost, and reading still settles it', async () => {
    const { desk, id } = await deskWithSigned()
    desk.venue.failNext('resetAfterApply')
    must(await submit(desk.ports, id))
    const lost = must(await meeting(desk, 'timeoutBeforeApply', () => revoke(desk.ports, id)))
    expect(lost.failure?.code).toBe('revoke.unknown')
    expect(must(await reconcile(desk.ports, id)).stored.state).toBe('applied')
  })
})

describe('revoking is refused', () => {
  it('for a request that was not signed, or that has ended', async () => {
    const desk = await openDesk()
    await desk.account()
    const prepared = must(await prepare(desk.ports, btcTo10))
    if (prepared.kind !== 'prepared') throw new Error('already set')
    const { id } = prepared.stored
    expect(await revoke(desk.ports, id)).toMatchObject({ ok: false, error: { code: 'request.wrongState' } })
    must(await withdraw(desk.ports, id))
    expect(await revoke(desk.ports, id)).toMatchObject({ ok: false, error: { code: 'request.wrongState' } })
  })
})
