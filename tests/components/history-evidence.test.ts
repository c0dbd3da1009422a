// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { checksOf } from '../../renderer/components/history/evidence.ts'
import RowEvidence from '../../renderer/components/history/RowEvidence.svelte'
import { fits, shownRows } from '../../renderer/components/history/rows.ts'
import { timelineOf } from '../../renderer/components/request/timeline.ts'
import { altered } from '../support/altered.ts'
import { requestIn, rowsOf } from './sample.ts'
import { cleanup, render, screen } from './testing.ts'

const request = requestIn('signed')
const rows = rowsOf(request)
const [first, second, third] = rows
if (!first || !second || !third) throw new Error('three rows were written')
const newestFirst = rows.toReversed()
const all = shownRows(
  newestFirst,
  () => request,
  () => undefined,
)
const nothing = { account: '', market: '', state: '', request: '', text: '' }
const found = (filter: Partial<typeof nothing>): number[] =>
  all.filter((shown) => fits(shown, { ...nothing, ...filter })).map(({ row }) => row.seq)

afterEach(cleanup)

describe('the evidence of a row', () => {
  it('proves digest, signature, hash and place of a row that is right', () => {
    const checks = checksOf(third, second, request)
    expect(checks.map(({ good }) => good)).toEqual([true, true, true, true])
    expect(checks.map(({ text }) => text)).toEqual([
      'Digest rebuilt from the fields: the same',
      expect.stringContaining('Signer recovered'),
      'Hash recomputed from its content: the same',
      'Follows #2',
    ])
  })

  it.each([
    ['an edited body', { ...third, body: altered(third.body, 'approved', 'prepared') }, second],
    ['an edited time', { ...third, at: '2026-11-20T14:20:59.000Z' }, second],
    ['a row that follows another one', third, { ...second, hash: first.hash }],
  ])('sounds an alarm over %s', (_, row, before) => {
    const [shown] = shownRows(
      [row],
      () => request,
      () => undefined,
    )
    if (!shown) throw new Error('one row is shown')
    render(RowEvidence, { shown, before, onsheet: () => Promise.resolve(), onclose: () => undefined })
    expect(screen.getByRole('alert').textContent).toMatch(/does not/)
  })

  it('does not take another one’s signature for the signer’s', () => {
    const other = {
      ...third,
      body: altered(third.body, request.signature ?? 'none', `0x${'11'.repeat(64)}1b`),
    }
    expect(
      checksOf(other, second, request).some(({ good, text }) => !good && text.includes('not by the signer')),
    ).toBe(true)
  })
})

describe('the rows of the history', () => {
  it('are filtered by market, outcome, request and text, hashes included', () => {
    expect(found({})).toEqual([3, 2, 1])
    expect(found({ market: 'BTC', state: 'signed', request: request.id })).toEqual([3, 2, 1])
    expect(found({ market: 'ETH' })).toEqual([])
    expect(found({ text: second.hash.toUpperCase() })).toEqual([2])
    expect(found({ text: 'signed' })).toEqual([3])
  })

  it('become a timeline in order, with what each step says', () => {
    expect(timelineOf(rows).map(({ title }) => title)).toEqual([
      'Prepared',
      'Preview accepted',
      'Signed on the Ledger',
    ])
  })
})
