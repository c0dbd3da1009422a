// @vitest-environment happy-dom
import { afterEach, expect } from 'vitest'
import FailureNotice from '../../renderer/components/FailureNotice.svelte'
import NotShown from '../../renderer/components/NotShown.svelte'
import VenueAnswer from '../../renderer/components/request/VenueAnswer.svelte'
import { prettyBody } from '../../renderer/components/history/evidence.ts'
import { messageOf } from '../../renderer/components/request/outcome.ts'
import { failure, fail } from '../../shared/errors.ts'
import { canonicalJson, wellFormed } from '../../shared/history/canonical-json.ts'
import { readEach } from '../../shared/listed.ts'
import { drives, hostile } from '../support/hostile.ts'
import { attack } from '../support/proven.ts'
import { cleanup, render } from './testing.ts'

afterEach(cleanup)

/** All of a page that a person or a screen reader gets, attributes included. */
const pageText = (): string => document.body.innerHTML.replaceAll(/[\n\t]/g, ' ')

attack(
  'text',
  'puts such characters into an answer, a refusal, a name in a list or a row of the history',
  'the window writes them out, in texts and in attributes',
  () => {
    for (const [does, text] of hostile) {
      const submission = {
        body: '{}',
        startedAt: '2026-12-01T10:00:00.000Z',
        answeredAt: '2026-12-01T10:00:01.000Z',
        httpStatus: 200,
        answer: text,
        outcome: 'refused' as const,
      }
      const row = canonicalJson(wellFormed({ text }))
      if (!row.ok) throw new Error(row.error.message)
      const shown = [
        prettyBody({
          seq: 1,
          at: '',
          kind: 'x.y',
          requestId: null,
          body: row.value,
          prevHash: '0x',
          hash: '0x',
        }),
        messageOf({ detail: { message: text } }),
      ]
      expect([does, shown.map((one) => drives(one.replaceAll('\n', ' ')))]).toEqual([does, [false, false]])
      const { leftOut } = readEach([{ name: text }], { at: 'list', key: 'name' }, () =>
        fail('input.badField', { field: 'name', detail: text }),
      )
      render(VenueAnswer, { submission })
      render(VenueAnswer, { submission, words: true })
      render(FailureNotice, { failure: failure('input.badField', { field: text, detail: text }) })
      render(NotShown, {
        kind: ['market', 'markets'],
        leftOut: [...leftOut],
        meaning: 'They cannot be chosen.',
      })
      expect(document.body.textContent).toContain('begin')
      expect([does, drives(pageText())]).toEqual([does, false])
      cleanup()
    }
  },
)
