import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { otherDigit } from '../support/altered.ts'
import { describeWithPython, runVerifier } from './python.ts'

const folder = fileURLToPath(new URL('../data/vectors/', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

interface VectorResult {
  readonly file: string
  readonly agreed: number
  readonly differing: readonly string[]
}

describeWithPython('the Python verifier, on known answers,', () => {
  it('agrees with every one, in every file that there is', { timeout: 120_000 }, () => {
    const run = runVerifier(['--json', '--vectors', ...files.map((name) => join(folder, name))])
    const { ok, files: results } = JSON.parse(run.stdout) as { ok: boolean; files: readonly VectorResult[] }
    expect(results.flatMap(({ differing }) => differing)).toEqual([])
    expect({ ok, status: run.status, count: results.length }).toEqual({
      ok: true,
      status: 0,
      count: files.length,
    })
    for (const { file, agreed } of results) expect(agreed, file).toBeGreaterThan(10)
  })

  it.each(files)('finds an answer that was changed in %s', { timeout: 120_000 }, (name) => {
    const dir = mkdtempSync(join(tmpdir(), 'countersign-test-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const text = readFileSync(join(folder, name), 'utf8')
    // The last digit of the first answer in the file.
    const answer =
      /("(?:rightConnectionId|connectionId|digest|structHash|eip712Digest|signature)": "(?:0x)?[0-9a-f]+)([0-9a-f])"/
    const changed = text.replace(answer, (_, start: string, digit: string) => `${start}${otherDigit(digit)}"`)
    expect(changed).not.toBe(text)
    writeFileSync(join(dir, name), changed)
    const run = runVerifier(['--vectors', join(dir, name)])
    expect(run.status).toBe(1)
    expect(run.stdout).toMatch(/, [1-9]\d* do not/)
  })
})
