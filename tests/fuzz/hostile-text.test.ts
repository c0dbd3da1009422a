import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { runInspect } from '../../electron/cli/commands/inspect.ts'
import { createOutput } from '../../electron/cli/output.ts'
import { failure } from '../../shared/errors.ts'
import { drives, hostile } from '../support/hostile.ts'
import { attack } from '../support/proven.ts'

const withoutLineEnds = (text: string): string => text.replaceAll('\n', ' ')

/** Everything that is printed while `work` runs. */
async function printed(work: () => void | Promise<void>): Promise<string> {
  const exitCode = process.exitCode
  const pieces: string[] = []
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((piece) => {
      pieces.push(String(piece))
      return true
    }),
  )
  await work()
  for (const spy of spies) spy.mockRestore()
  process.exitCode = exitCode
  return pieces.join('')
}

describe('the door to the terminal', () => {
  it.each(hostile)('lets nothing through that %s, by any of its ways', async (_, text) => {
    for (const json of [false, true]) {
      const output = createOutput(json)
      const all = await printed(() => {
        output.say(text)
        output.note(text)
        output.progress(text)
        output.result({ [text]: text })
        output.fail({ ...failure('program.interrupted'), message: text, next: text }, { [text]: text })
      })
      expect(drives(withoutLineEnds(all))).toBe(false)
    }
  })

  it('prints a line for a line: none is forged', async () => {
    const output = createOutput(false)
    for (const [, text] of hostile)
      expect((await printed(() => output.say(`market ${text}`))).split('\n')).toHaveLength(2)
  })

  it('is the only one: nothing else in the command line writes to it but exports, secrets and servers', () => {
    const root = 'electron/cli'
    const writers = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /std(?:out|err)\.write|console\./.test(readFileSync(join(root, file), 'utf8')))
      .sort()
    expect(writers).toEqual(['hidden-input.ts', 'output.ts', 'program.ts'])
  })
})

attack(
  'text',
  'hides escape sequences in a key, an action type or a primary type of a payload that is inspected',
  'they are written out; the verdict stands as it is, and every line is one of ours',
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'countersign-hostile-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const file = join(dir, 'payload.json')
    const words = /^(?:REFUSED|MISMATCH|NOT|Verified|COMPUTED|INCOMPLETE| {2}\S)/
    for (const [, text] of hostile) {
      const payloads = [
        { [text]: 1 },
        { action: { type: text }, nonce: 1, signature: null },
        { types: { EIP712Domain: [], [text]: [] }, primaryType: text, domain: {}, message: {} },
      ]
      for (const payload of payloads) {
        writeFileSync(file, JSON.stringify(payload))
        const told = await printed(() => runInspect({ file, json: false, ndjson: false }))
        expect(drives(withoutLineEnds(told))).toBe(false)
        expect(
          told
            .trimEnd()
            .split('\n')
            .filter((line) => !words.test(line)),
        ).toEqual([])
        expect(told).toMatch(/^REFUSED/)
      }
    }
  },
)
