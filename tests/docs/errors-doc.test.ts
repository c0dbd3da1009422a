import { describe, expect, it } from 'vitest'
import { catalogue, exitCodeOf, failure, type ErrorCode } from '../../shared/errors.ts'

const codes = Object.keys(catalogue) as ErrorCode[]
const group = (code: ErrorCode): string => code.split('.')[0] ?? ''

const titles: Readonly<Record<string, string>> = {
  program: 'The program itself',
  input: 'What was typed or read',
  payload: 'A payload against what was asked for',
  request: 'The request and its life',
  clock: 'The clocks',
  session: 'The screens',
  secret: 'The API keys',
  approval: 'The approval in words',
  agent: 'Agents',
  desk: 'The line between screens and desk',
  device: 'The Ledger',
  venue: 'Reading the venue',
  answer: 'The answer to a submission',
  revoke: 'Making a signed request unusable',
  store: 'The database',
  history: 'The history',
}

const section = (name: string): string => {
  const rows = codes
    .filter((code) => group(code) === name)
    .map((code) => {
      const { sentence, next, outcome } = catalogue[code]
      return `| \`${code}\` | ${sentence} | ${next} | ${outcome} | ${exitCodeOf(code)} |`
    })
  const head = '| code | what it says | what to do next | outcome | exit |\n|---|---|---|---|---|'
  return `## ${titles[name] ?? name}\n\n${head}\n${rows.join('\n')}\n`
}

describe('docs/errors.md', () => {
  it('is the catalogue (after a change: npx vitest run tests/docs --update)', async () => {
    const intro = [
      '# Errors',
      '',
      'Every expected failure has a code, one sentence, one next step, and says what it means for the change: `not-sent`',
      '(no change left this machine), `sent` (it was sent and answered) or `unknown` (it may have been applied). `{...}` stands for',
      'a value. "exit" is the exit code of the command line.',
      '',
    ].join('\n')
    const names = [...new Set(codes.map(group))]
    await expect(`${intro}\n${names.map(section).join('\n')}`).toMatchFileSnapshot('../../docs/errors.md')
  })

  it('every group has a title', () => {
    expect(codes.filter((code) => titles[group(code)] === undefined)).toEqual([])
  })
})

describe('the words of the catalogue', () => {
  it.each(codes)('%s is a sentence and a next step', (code) => {
    const { sentence, next } = catalogue[code]
    for (const text of [sentence, next]) expect(text).toMatch(/^[A-Z{"].*[.}"]$/s)
    expect(`${sentence} ${next}`).not.toMatch(/!|oops|please|successfully/i)
  })

  it('fills in what it is given, and names the field', () => {
    const made = failure('input.badField', { field: 'action.leverage', detail: 'it must be whole.' })
    expect(made.message).toBe('The field "action.leverage" is not acceptable: it must be whole.')
    expect(made.field).toBe('action.leverage')
  })
})
