import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Venue } from '../../electron/venues/port.ts'
import {
  practiceFaults,
  type PracticeFault,
  type PracticeVenue,
} from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import { executeBody } from '../../shared/venues/compass/request.ts'
import { connectionIdOf } from '../../shared/venues/hyperliquid/digest.ts'
import {
  change,
  signConnectionId,
  signedBody,
  user,
  userKey,
  valueOf,
  venueAt,
  outcomeOf,
} from './support.ts'
import { meeting, patient as limits } from '../support/meeting.ts'
import { ownPort } from '../support/own-port.ts'
import { truth } from './truth.ts'

const tesla = { symbol: 'xyz:TSLA', id: 110_001 }
async function executeText(nonce: number): Promise<string> {
  const action = { type: 'updateLeverage', asset: tesla.id, isCross: true, leverage: 7 } as const
  const id = connectionIdOf(action, { nonce, vaultAddress: null, expiresAfter: null })
  return JSON.stringify(executeBody(action, nonce, await signConnectionId(id, userKey)))
}

let practice: PracticeVenue
beforeEach(async () => {
  practice = await startPracticeVenue({ funded: [`0x${'99'.repeat(20)}`, user], slowMs: 50 })
})
afterEach(() => practice.close())

describe.each([
  ['hyperliquid', (nonce: number) => signedBody(change(tesla.id, 7), { nonce }), tesla],
  ['compass', executeText, { ...tesla, symbol: 'TSLA' }],
] as const)('a submission through %s', (id, text, market) => {
  const open = (limits = {}): Venue => venueAt(practice.url, id, limits)

  it.each(practiceFaults.map((fault) => [fault, ...truth[fault]] as const))(
    '%s: is %s (applied: %i), sent once, and reading tells the truth',
    async (fault, outcome, applied) => {
      const venue = open(limits)
      const body = await text(Date.now())
      const answer = await meeting({ venue: practice, limits }, fault, () => venue.submit(body))
      expect(answer.sent).toBe(true)
      expect(outcomeOf(venue, answer).kind).toBe(outcome)
      await expect.poll(() => practice.applied).toHaveLength(applied)
      expect(practice.requests.map(({ target }) => target)).toEqual(['submission'])
      const current = valueOf(await open().current(user, market))
      expect(current.leverage).toBe(applied === 1 ? '7' : '10')
    },
  )

  it('whose outcome was unknown can never be applied a second time', async () => {
    const venue = open()
    const body = await text(Date.now())
    practice.failNext('resetAfterApply')
    expect(outcomeOf(venue, await venue.submit(body)).kind).toBe('unknown')
    const again = outcomeOf(venue, await venue.submit(body))
    expect(again.kind).toBe('refused')
    expect(practice.applied).toHaveLength(1)
  })

  it('that is well answered is accepted, and one that is refused is refused in words', async () => {
    const venue = open()
    const body = await text(Date.now())
    expect(outcomeOf(venue, await venue.submit(body))).toEqual({ kind: 'accepted' })
    expect(outcomeOf(venue, await venue.submit(body))).toMatchObject({
      kind: 'refused',
      failure: { code: 'answer.refused', outcome: 'sent' },
    })
  })

  it('to a venue that is not there was certainly not sent', async () => {
    const venue = venueAt(`http://127.0.0.1:${await ownPort()}`, id)
    const outcome = outcomeOf(venue, await venue.submit('{}'))
    expect(outcome).toMatchObject({
      kind: 'notSent',
      failure: { code: 'answer.notSent', outcome: 'not-sent' },
    })
  })
})

describe('a reading', () => {
  const usable: readonly PracticeFault[] = ['slow', 'duplicate']
  const oddShape: readonly PracticeFault[] = ['wrongJson', 'okButNotApplied']

  it.each(practiceFaults)('that meets %s changes nothing and says so', async (fault) => {
    const venue = venueAt(practice.url, 'hyperliquid', limits)
    const read = () => venue.current(user, tesla)
    const current = await meeting({ venue: practice, limits }, fault, read, 'read')
    if (usable.includes(fault)) return expect(current.ok).toBe(true)
    const code = oddShape.includes(fault) ? 'venue.badAnswer' : 'venue.readFailed'
    expect(current).toMatchObject({ ok: false, error: { code, outcome: 'not-sent' } })
    expect(practice.requests).toHaveLength(1)
    expect((await venueAt(practice.url).current(user, tesla)).ok).toBe(true)
  })
})

describe('an answer of Hyperliquid', () => {
  it('about a signer that it does not know names the signer', async () => {
    const venue = venueAt(practice.url)
    const stranger = await signedBody(change(0, 5), { nonce: Date.now() }, `0x${'33'.repeat(32)}`)
    expect(outcomeOf(venue, await venue.submit(stranger))).toMatchObject({
      kind: 'refused',
      failure: { code: 'answer.signerUnknown' },
    })
  })

  it('with 422 is a refusal: a malformed body changes nothing', async () => {
    const venue = venueAt(practice.url)
    expect(outcomeOf(venue, await venue.submit('{}')).kind).toBe('refused')
  })
})
