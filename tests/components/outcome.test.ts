// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import FourPlaces from '../../renderer/components/request/FourPlaces.svelte'
import OutcomeApplied from '../../renderer/components/request/OutcomeApplied.svelte'
import OutcomeClosed from '../../renderer/components/request/OutcomeClosed.svelte'
import OutcomeRefused from '../../renderer/components/request/OutcomeRefused.svelte'
import OutcomeUnknown from '../../renderer/components/request/OutcomeUnknown.svelte'
import { placesOf, type Place } from '../../renderer/components/request/proof.ts'
import type { RequestView } from '../../shared/contract.ts'
import { altered } from '../support/altered.ts'
import { keyVenueRequest, preparedRequest, requestIn, rowsOf } from './sample.ts'
import { cleanup, render, screen } from './testing.ts'

const answered = (request: RequestView, answer: string): RequestView => ({
  ...request,
  submission: request.submission && {
    ...request.submission,
    answeredAt: '2026-11-20T14:24:09.942Z',
    httpStatus: 200,
    answer,
  },
})
const of = (request: RequestView) => ({ request, places: placesOf(request, rowsOf(request)) })
const applied = answered(
  requestIn('applied', {
    detail: { shown: { leverage: '10', isCross: true }, provenAtMs: 1_795_184_651_000 },
  }),
  '{"status":"ok","response":{"type":"default"}}',
)
const valuesOf = (places: readonly Place[]) => places.map(({ name, value }) => [name, value])

afterEach(cleanup)

describe('one digest in four places', () => {
  const { digests } = applied.prepared

  it('is computed from the fields, the signature, the body and the history, and is the same', () => {
    const { connectionId } = digests
    expect(valuesOf(of(applied).places)).toEqual([
      ['previewed', connectionId],
      ['ledger', connectionId],
      ['sent', connectionId],
      ['history', connectionId],
    ])
    render(FourPlaces, { places: of(applied).places, answered: true })
    expect(screen.getByRole('heading').textContent).toBe('One digest, four places')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('differs, and says so loudly, when another body was sent', () => {
    const body = altered(applied.submission?.body ?? '', '"leverage":10', '"leverage":11')
    const request = { ...applied, submission: applied.submission && { ...applied.submission, body } }
    render(FourPlaces, { places: of(request).places, answered: true })
    expect(screen.getByRole('alert').textContent).toContain('These are not the same digest.')
  })

  it('is not on the Ledger when the signature is another one’s', () => {
    const places = placesOf({ ...applied, signature: `0x${'11'.repeat(64)}1b` }, rowsOf(applied))
    expect(places[1]).toEqual({ name: 'ledger', value: null })
  })

  it('is not in the history when a row of it speaks of another digest', () => {
    const rows = rowsOf(applied).map((row) => ({
      ...row,
      body: altered(row.body, digests.digest, digests.request),
    }))
    expect(placesOf(applied, rows)[3]).toEqual({ name: 'history', value: null })
  })

  it('is so far only where it is: nothing sent, nothing claimed', () => {
    const request = requestIn('signed')
    render(FourPlaces, { places: of(request).places, answered: false })
    expect(screen.getByRole('heading').textContent).toBe('One digest, so far')
    expect(screen.getByText('not there')).toBeTruthy()
  })
})

describe('what is said of an outcome', () => {
  it('applied: the new value, read back from the venue', () => {
    render(OutcomeApplied, of(applied))
    expect(screen.getByRole('status').textContent).toContain('BTC on Treasury Main is now 10× cross.')
    expect(screen.getByText('from 5 times to 10 times')).toBeTruthy()
    expect(screen.getAllByText('Same')).toHaveLength(2)
  })

  it('refused: the old value stays the largest, and the venue’s words stand unchanged', () => {
    const words = 'Cross position does not have sufficient margin available to decrease leverage'
    const request = answered(requestIn('refused'), JSON.stringify({ status: 'err', response: words }))
    const { container } = render(OutcomeRefused, of(request))
    expect(container.querySelector('.value [aria-hidden]')?.textContent).toBe('5×')
    expect(screen.getByRole('status').textContent).toContain('stays at 5× cross. Nothing changed.')
    expect(screen.getByText(words).tagName).toBe('PRE')
  })

  it('not sent: says so, and claims no refusal', () => {
    const message = 'The change was not sent: the venue cannot be reached. It did not leave this machine.'
    render(OutcomeRefused, of(requestIn('refused', { detail: { code: 'answer.notSent', message } })))
    expect(screen.getByText('Not sent')).toBeTruthy()
    expect(screen.queryByText(/Refused by/)).toBeNull()
    expect(screen.getByRole('status').textContent).toContain('It did not leave this machine.')
  })

  it('unknown: both values, and what each reading will mean until when', () => {
    const { container } = render(OutcomeUnknown, of(requestIn('unknown')))
    expect(screen.getByText('5 times or 10 times')).toBeTruthy()
    expect(screen.getByText('We do not know yet')).toBeTruthy()
    const rows = [...container.querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map(({ textContent }) => textContent?.replace(/\s+/g, ' ').trim()),
    )
    expect(rows.map(([shows, means]) => [shows, means])).toEqual([
      ['10× cross', 'Applied'],
      ['5× cross, before 14:36:02', 'Still unknown'],
      ['5× cross, after 14:36:02', 'Not applied'],
    ])
  })

  it.each([
    ['withdrawn', 'It was never signed.'],
    ['expired', 'The venue refuses this request since 14:35:52 UTC.'],
  ] as const)('%s: nothing was sent', (state, more) => {
    const request = requestIn(state, { signature: null })
    render(OutcomeClosed, of(request))
    const said = screen.getByRole('status').textContent
    expect(said).toContain('Nothing was sent')
    expect(said).toContain(more)
  })

  it('put down from a copy: what the venue showed, and no claim that nothing was sent', () => {
    const message = 'The venue shows 7x cross. Whether this request did that this copy cannot know.'
    const detail = { message, shown: { leverage: '7', isCross: true } }
    const { container } = render(OutcomeClosed, of(requestIn('withdrawn', { detail })))
    expect(screen.getByRole('status').textContent).toContain(message)
    expect(container.textContent).toContain('Put down')
    expect(container.textContent).toContain('It was 7 times')
    expect(container.textContent).not.toContain('Nothing was sent')
    expect(container.textContent).not.toContain('unsent')
  })

  it('withdrawn after it was signed: until when whoever holds the signature can use it', () => {
    render(OutcomeClosed, of(requestIn('withdrawn')))
    expect(screen.getByRole('status').textContent).toContain(
      'It is never sent from here. The signature itself can be used until 14:35:52 UTC by whoever holds it.',
    )
  })

  it('withdrawn without an expiry: on which day the signature ends', () => {
    const prepared = preparedRequest()
    const request = requestIn(
      'withdrawn',
      {},
      { ...prepared, wire: { ...prepared.wire, expiresAfter: null } },
    )
    render(OutcomeClosed, of(request))
    expect(screen.getByRole('status').textContent).toContain('can be used until 22 Nov 14:20:52 UTC')
  })

  it.each([
    ['expired', 'Its time ended at 14:35:52 UTC: no API key signs it any more.'],
    ['withdrawn', 'It is never sent from here, so no API key signs it.'],
  ] as const)('%s where an API key signs: nothing is said of a venue that never had it', (state, more) => {
    render(OutcomeClosed, of(requestIn(state, {}, keyVenueRequest())))
    const said = screen.getByRole('status').textContent
    expect(said).toContain(more)
    expect(said).not.toMatch(/The venue refuses|The signature itself|whoever holds/)
  })

  it('revoked: nobody can use it, and nothing is said to have stayed that was not read', () => {
    render(OutcomeClosed, of(requestIn('revoked')))
    const said = screen.getByRole('status').textContent
    expect(said).toContain('BTC on Treasury Main was not changed by it.')
    expect(said).toContain('nobody can use the signature any more')
  })

  it('revoked after it was applied: that it was set back', () => {
    const message = 'BTC was at 10x cross when the revocation came, and is at 5x cross now.'
    render(OutcomeClosed, of(requestIn('revoked', { detail: { message, setBack: true } })))
    const said = screen.getByRole('status').textContent
    expect(said).toContain(message)
    expect(said).not.toContain('was not changed')
  })
})
