import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { toLine } from '../../shared/history/jsonl.ts'
import { altered } from '../support/altered.ts'
import { chain, opening } from './sample.ts'

const document = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8')
const [, source = ''] = /```js\n([\s\S]*?)```/.exec(document) ?? []
const dir = mkdtempSync(join(tmpdir(), 'countersign-test-'))
afterAll(() => rmSync(dir, { recursive: true }))

const body = '{"10":1,"9":[true,null,{"ä":"\\n\\"😀"}],"n":1e-7}'
const rows = chain([1, 2, 3].map(() => ({ ...opening(), kind: 'test.noted', requestId: 'R', body })))

/** What the verifier printed in docs/formats.md says about a file. */
const printedVerdict = (content: string, ...noted: string[]): string => {
  writeFileSync(join(dir, 'verify.mjs'), source)
  writeFileSync(join(dir, 'history.jsonl'), content)
  try {
    const files = [join(dir, 'verify.mjs'), join(dir, 'history.jsonl'), ...noted]
    return execFileSync(process.execPath, files, { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch (error) {
    return /Error: (.*)/.exec(String((error as { stderr: string }).stderr))?.[1] ?? String(error)
  }
}

describe('the verifier printed in docs/formats.md, written without our code,', () => {
  const text = rows.map(toLine).join('')
  const [first = '', second = '', ...rest] = rows.map(toLine)

  it('has no more than 30 lines', () => {
    expect(source.trim().split('\n').length).toBeLessThanOrEqual(30)
  })

  it('accepts what we write, and the head that we tell', () => {
    expect(printedVerdict(text)).toBe(`4 rows, head ${rows.at(-1)?.hash}`)
    expect(printedVerdict(text, rows[1]?.hash ?? '')).toContain('4 rows')
  })

  it.each([
    ['an edit', altered(text, '"n":1e-7', '"n":2e-7'), 'row 2 is broken'],
    ['a deletion', first + rest.join(''), 'row 2 is broken'],
    ['a swap', second + first + rest.join(''), 'row 1 is broken'],
    ['white space', altered(text, '"n":1e-7', '"n": 1e-7'), 'row 2 is not canonical'],
    ['a cut line', text.slice(0, -1), 'the last line does not end'],
    ['an empty file', '', 'rows are missing at the end'],
  ])('finds %s', (_, content, verdict) => {
    expect(printedVerdict(content)).toContain(verdict)
  })

  it('finds that rows were cut off, once a head was noted', () => {
    expect(printedVerdict(first + second, rows.at(-1)?.hash ?? '')).toContain('rows are missing at the end')
  })
})
