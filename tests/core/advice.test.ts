import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandText } from '../../shared/advice.ts'
import { catalogue, failure, type ErrorCode } from '../../shared/errors.ts'
import { adviseWith } from '../../electron/cli/output.ts'
import { openStore } from '../../electron/store/open-store.ts'
import { failureOf, tempDir } from '../store/support.ts'

/** Texts that a shell would read as something else than one word. */
const awkward = [
  'my desk',
  "it's mine",
  'say "hello"',
  `"both' ways"`,
  '$HOME `id`',
  'a;b & c | d > e',
  '*?[x]',
  '~',
  'back\\slash',
  'two\nlines',
  'ünïcode',
  '',
]

/** The words that a shell makes of each of these commands, which are not run. */
function wordsOf(commands: readonly string[]): readonly (readonly string[])[] {
  const echo = String.raw`countersign() { printf '%s\0' "$@"; printf '\001'; }`
  const { stdout } = spawnSync('/bin/sh', ['-c', [echo, ...commands].join('\n')], { encoding: 'utf8' })
  return stdout
    .split('\u0001')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1))
}

/** The commands that a text advises. */
const advisedIn = (text: string): readonly string[] =>
  [...text.matchAll(/"(countersign (?:\\'|'[^']*'|[^"'])*)"/g)].map(([, command = '']) => command)

describe('a command that is advised', () => {
  it('is read by a shell as it is meant, whatever is in it', () => {
    const commands = awkward.map((word) => commandText('salvage', word, 'x'))
    expect(wordsOf(commands)).toEqual(awkward.map((word) => ['salvage', word, 'x']))
  })

  it('is so in every failure of the catalogue too, whatever its values are', () => {
    const name = `it's "my" desk`
    const entries = Object.entries(catalogue) as [ErrorCode, { readonly next: string }][]
    const meant = entries.flatMap(([, { next }]) => advisedIn(next))
    const filled = entries.flatMap(([code, { next }]) => {
      const names = [...next.matchAll(/\{(\w+)\}/g)].map(([, found = '']) => found)
      return advisedIn(failure(code, Object.fromEntries(names.map((found) => [found, name]))).next)
    })
    const expected = wordsOf(meant).map((words) =>
      words.map((word) => (/^\{\w+\}$/.test(word) ? name : word)),
    )
    expect(expected.filter((words) => words.includes(name)).length).toBeGreaterThan(8)
    expect(wordsOf(filled)).toEqual(expected)
  })

  it('keeps what is in it when options are added', () => {
    const commands = awkward.flatMap((word) =>
      advisedIn(adviseWith(`Now "${commandText('restore', word)}" restores it.`, ['--data', word])),
    )
    expect(wordsOf(commands)).toEqual(awkward.map((word) => ['restore', word, '--data', word]))
  })
})

it('a database that is lost in a folder with spaces is restored and salvaged by the commands that are advised', async () => {
  const dir = join(tempDir(), `it's "my" desk`)
  mkdirSync(join(dir, 'backups'), { recursive: true })
  writeFileSync(join(dir, 'countersign.db'), '')
  writeFileSync(join(dir, 'backups', 'one.db'), '')
  const { next } = failureOf(await openStore({ dir, mode: 'practice' }))
  expect(wordsOf(advisedIn(next))).toEqual([
    ['restore', join(dir, 'backups', 'one.db')],
    ['salvage', join(dir, 'countersign.db')],
  ])
})
