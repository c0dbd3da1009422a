import { describe, expect, it } from 'vitest'
import { inspect } from '../../shared/inspect/inspect.ts'
import { checkLimits } from '../../shared/market.ts'
import { readPreparedRequest, type PreparedRequest } from '../../shared/prepared-request.ts'
import { previewOf } from '../../shared/preview.ts'
import { readSignatureHex, recoverAddress } from '../../shared/signature.ts'
import { rulesOf, venueIds } from '../../shared/venues/registry.ts'
import { factorySettings } from '../../shared/device/models.ts'
import { prepare, type PrepareInput } from '../../electron/desk/prepare.ts'
import { reconcile } from '../../electron/desk/reconcile.ts'
import { findMarket, readCurrent } from '../../electron/desk/venue-reading.ts'
import type { DeskPorts } from '../../electron/desk/ports.ts'
import type { StoredRequest } from '../../electron/store/port.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { must, practiceAddress } from '../support/desk.ts'
import { pureCaseOf } from './cases.ts'
import {
  appliedIn,
  changeOf,
  deskCases,
  msUntilOver,
  openDeskAt,
  signedAt,
  submissionsTo,
  type VenueDesk,
} from './desk-cases.ts'
import { altered, leavesOf, withLeaf } from './leaves.ts'
import { sign, submit } from '../support/as-shown.ts'

async function prepared({ ports }: VenueDesk, input: PrepareInput) {
  const outcome = must(await prepare(ports, input))
  if (outcome.kind !== 'prepared') throw new Error('already set')
  return outcome
}

/** The store as it would be if somebody had changed what it keeps of a request. */
function withStored(ports: DeskPorts, stored: StoredRequest): DeskPorts {
  const requests = {
    ...ports.store.requests,
    get: () => Promise.resolve({ ok: true, value: stored } as const),
  }
  return { ...ports, store: { ...ports.store, requests } }
}

/** The text in which a digest stands on a screen. */
const onScreen = (hex: string | null): string => `=${hex ?? 'nothing'}`

it('every venue has a case at the desk, and no case is of a venue that is not there', () => {
  expect(Object.keys(deskCases).toSorted()).toEqual(venueIds.toSorted())
})

describe.each(venueIds)('the desk at %s', (id) => {
  const one = deskCases[id]
  const rules = rulesOf(id)
  const change = changeOf(one)
  const isKeyed = rules.signedBy === 'apiKey'

  it('reads markets with limits and steps, and the leverage that is set', async () => {
    const { ports } = await openDeskAt(id)
    const account = must(await ports.store.accounts.get('treasury'))
    const venue = must(ports.venueFor(account))
    const { markets } = must(await venue.markets())
    expect(markets.length).toBeGreaterThan(2)
    for (const { symbol, minLeverage, maxLeverage, leverageStep } of markets) {
      expect(minLeverage, symbol).toBeGreaterThan(0)
      expect(maxLeverage, symbol).toBeGreaterThanOrEqual(minLeverage)
      expect(leverageStep, symbol).toBeGreaterThan(0)
    }
    const market = must(await findMarket(ports, venue, one.market))
    expect(checkLimits(market, { leverage: one.to, isCross: one.isCross })).toEqual({ ok: true, value: null })
    const current = must(await readCurrent(venue, account, market))
    expect(current).toMatchObject({ leverage: one.from, isCross: one.isCross })
    expect(must(await venue.position(account.address, market))).toMatchObject({ leverage: one.from })
  })

  it('previews, approves, signs, sends once and proves: one digest all the way', async () => {
    const desk = await openDeskAt(id)
    const { stored, request } = await prepared(desk, change)
    const { digest, domainHash, messageHash } = request.digests
    const settings = { ...factorySettings, ...desk.ledger.settings }
    const preview = JSON.stringify(previewOf(stored.id, request, desk.ledger.model, settings)).toLowerCase()
    expect(preview).toContain(digest.slice(2))
    expect(request).toMatchObject({ from: { leverage: one.from }, to: { leverage: one.to } })
    expect(desk.shown()).toBe('')

    const afterSigning = must(await sign(desk.ports, stored.id))
    if (isKeyed) expect(desk.shown()).toContain(`digest${request.digests.request.slice(2)}`)
    else {
      expect(desk.shown()).toContain(`domainhash${onScreen(domainHash)}`)
      expect(desk.shown()).toContain(`messagehash${onScreen(messageHash)}`)
      const signature = must(readSignatureHex(afterSigning.signature))
      expect(recoverAddress(digest, signature)).toBe(practiceAddress)
    }
    expect({ opened: desk.opened(), sent: submissionsTo(desk) }).toEqual({ opened: 0, sent: [] })

    const outcome = must(await submit(desk.ports, stored.id))
    expect(outcome).toMatchObject({ failure: null, stored: { state: 'applied', digest } })
    expect(desk.opened()).toBe(isKeyed ? 1 : 0)
    expect(appliedIn(desk.venue.state)).toBe(1)
    const [sent] = submissionsTo(desk)
    expect(must(await desk.ports.store.submissions.get(stored.id))?.body).toBe(sent?.body)
    if (isKeyed) expect(sent?.body).toBe(rules.bodyOf(request.wire, null))
    const wrapped = {
      venue: id,
      request: { leverage: one.to },
      payload: JSON.parse(sent?.body ?? '') as unknown,
    }
    const found = inspect(JSON.stringify(wrapped), { network: null, nowMs: desk.ports.now() })
    expect(found).toMatchObject({ problems: [], intent: { leverage: one.to } })
    if (!isKeyed) expect(found).toMatchObject({ digests: { digest }, signer: practiceAddress })
    expect(must(await prepare(desk.ports, change)).kind).toBe('alreadySet')

    const rows = must(await desk.ports.store.history.list({ requestId: stored.id }))
    const inOrder = rows.toReversed()
    expect(inOrder[0]).toMatchObject({ kind: 'request.prepared' })
    expect(inOrder[0]?.body).toContain(digest)
    expect(inOrder.at(-1)?.kind).toBe('request.applied')
    expect(must(await verifyHistoryFile(desk.ports.store.path)).count).toBeGreaterThan(6)
  })

  it('finds what is set already before anything is signed', async () => {
    const desk = await openDeskAt(id)
    const outcome = must(await prepare(desk.ports, changeOf(one, one.from)))
    expect(outcome).toMatchObject({ kind: 'alreadySet', setting: { leverage: one.from } })
    expect({ shown: desk.shown(), opened: desk.opened(), sent: submissionsTo(desk) }).toEqual({
      shown: '',
      opened: 0,
      sent: [],
    })
  })

  it('refuses what the market does not take before anything is signed', async () => {
    const desk = await openDeskAt(id)
    for (const leverage of one.outOfRange)
      expect(await prepare(desk.ports, changeOf(one, leverage)), leverage).toMatchObject({
        error: { code: 'request.leverageOutOfRange', outcome: 'not-sent' },
      })
    expect(await prepare(desk.ports, { ...change, market: 'NO-SUCH' })).toMatchObject({
      error: { code: 'request.unknownMarket' },
    })
    expect(desk.shown()).toBe('')
  })

  it('tells a refusal in the words of the venue, and nothing was changed', async () => {
    const desk = await openDeskAt(id)
    const request = await signedAt(desk, changeOf(one, '1'))
    const outcome = must(await submit(desk.ports, request))
    expect(outcome).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.refused', message: expect.stringMatching(/margin/) },
    })
    const answer = must(await desk.ports.store.submissions.get(request))?.answer ?? ''
    expect(answer.length).toBeGreaterThan(10)
    expect(appliedIn(desk.venue.state)).toBe(0)
    expect(must(await prepare(desk.ports, changeOf(one, one.from))).kind).toBe('alreadySet')
  })

  it('settles an answer that was lost after the change as applied, by reading', async () => {
    const desk = await openDeskAt(id)
    const request = await signedAt(desk, change)
    desk.venue.failNext('resetAfterApply')
    expect(must(await submit(desk.ports, request))).toMatchObject({
      stored: { state: 'unknown' },
      failure: { outcome: 'unknown' },
    })
    expect(await submit(desk.ports, request)).toMatchObject({ error: { code: 'request.wrongState' } })
    expect(must(await reconcile(desk.ports, request))).toMatchObject({
      stored: { state: 'applied' },
      failure: null,
    })
    expect(await submit(desk.ports, request)).toMatchObject({ error: { code: 'request.wrongState' } })
    expect({ sent: submissionsTo(desk).length, applied: appliedIn(desk.venue.state) }).toEqual({
      sent: 1,
      applied: 1,
    })
  })

  it('settles an answer that was lost before the change as not applied, only once nobody can apply it', async () => {
    const desk = await openDeskAt(id)
    const { stored } = await prepared(desk, change)
    must(await sign(desk.ports, stored.id))
    desk.venue.failNext('resetBeforeApply')
    expect(must(await submit(desk.ports, stored.id)).stored.state).toBe('unknown')
    expect(must(await reconcile(desk.ports, stored.id)).failure?.code).toBe('answer.stillUnknown')
    expect(await prepare(desk.ports, change)).toMatchObject({ error: { code: 'request.unsettled' } })
    desk.moveClocks((await msUntilOver(desk, stored.id)) - 10_000)
    expect(must(await reconcile(desk.ports, stored.id)).stored.state).toBe('unknown')
    desk.moveClocks(30_000)
    expect(must(await reconcile(desk.ports, stored.id))).toMatchObject({
      stored: { state: 'refused' },
      failure: { code: 'answer.notApplied' },
    })
    expect({ sent: submissionsTo(desk).length, applied: appliedIn(desk.venue.state) }).toEqual({
      sent: 1,
      applied: 0,
    })
  })

  it('sends once when it is asked three times at once', async () => {
    const desk = await openDeskAt(id)
    const request = await signedAt(desk, change)
    const outcomes = await Promise.all([1, 2, 3].map(() => submit(desk.ports, request)))
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    expect({ sent: submissionsTo(desk).length, applied: appliedIn(desk.venue.state) }).toEqual({
      sent: 1,
      applied: 1,
    })
  })

  it('refuses a request of which any field was altered in the store, naming one', async () => {
    const desk = await openDeskAt(id)
    const { stored, request } = await prepared(desk, change)
    const now = new Map(leavesOf(request.wire))
    const elsewhere = Object.entries(pureCaseOf(id).others).filter(([path, value]) => value !== now.get(path))
    const changes = [
      ...leavesOf(request).map(([path, value]) => [path, altered(value)] as const),
      ...elsewhere.map(([path, value]) => [`wire.${path}`, value ?? 'x'] as const),
    ]
    expect(changes.length).toBeGreaterThan(30)
    for (const [path, value] of changes) {
      const field = readPreparedRequest(withLeaf(request, path, value), stored.id)
      expect(field, path).toMatchObject({ error: { code: 'request.altered', field: expect.any(String) } })
    }
    for (const path of ['to.leverage', 'account.address', 'digests.digest']) {
      const value = path === 'to.leverage' ? '2' : `0x${'12'.repeat(path === 'account.address' ? 20 : 32)}`
      const ports = withStored(desk.ports, {
        ...stored,
        prepared: withLeaf(request, path, value) as PreparedRequest,
      })
      expect(await sign(ports, stored.id), path).toMatchObject({ error: { code: 'request.altered' } })
    }
    expect({ shown: desk.shown(), sent: submissionsTo(desk) }).toEqual({ shown: '', sent: [] })
  })

  it('does not send a request that was altered after it was signed', async () => {
    const desk = await openDeskAt(id)
    const { stored, request } = await prepared(desk, change)
    const afterSigning = must(await sign(desk.ports, stored.id))
    const ports = withStored(desk.ports, {
      ...afterSigning,
      prepared: withLeaf(request, 'to.leverage', '2') as PreparedRequest,
    })
    expect(await submit(ports, stored.id)).toMatchObject({
      error: { code: 'request.altered', field: 'to.leverage', outcome: 'not-sent' },
    })
    expect({ opened: desk.opened(), sent: submissionsTo(desk) }).toEqual({ opened: 0, sent: [] })
  })
})
