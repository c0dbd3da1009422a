import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { attackers, places } from '../support/proven.ts'

interface Proven {
  readonly where: string
  readonly what: string
  readonly happens: string
  readonly times: string
  readonly file: string
}

const literal = String.raw`'((?:[^'\\\n]|\\.)*)'`
const calls = {
  attack: new RegExp(String.raw`^\s*attack\(\s*${literal},\s*${literal},\s*${literal},\s*()`, 'gm'),
  fault: new RegExp(String.raw`^\s*fault\(\s*${literal},\s*${literal},\s*${literal},\s*(\d+),`, 'gm'),
}
const opened = { attack: /^\s*attack\(/gm, fault: /^\s*fault\(/gm }

const files = readdirSync('tests', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(test|spec)\.ts$/.test(file))
  .sort()
  .map((file) => ({ file, text: readFileSync(join('tests', file), 'utf8') }))

const unescaped = (text = ''): string => text.replaceAll(/\\(.)/g, '$1')

const proven = (kind: keyof typeof calls): Proven[] =>
  files.flatMap(({ file, text }) =>
    [...text.matchAll(calls[kind])].map(([, where = '', what, happens, times = '']) => ({
      where,
      what: unescaped(what),
      happens: unescaped(happens),
      times,
      file: `tests/${file.replace(/\.(test|spec)\.ts$/, '')}`,
    })),
  )

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

const inOrder = (kind: keyof typeof calls, names: Readonly<Record<string, string>>): Proven[] =>
  Object.keys(names).flatMap((name) => proven(kind).filter(({ where }) => where === name))

const attackTable = [
  row(['who', 'what they do', 'what happens', 'test']),
  '|---|---|---|---|',
  ...inOrder('attack', attackers).map(({ where, what, happens, file }) =>
    row([attackers[where as keyof typeof attackers], what, happens, `\`${file}\``]),
  ),
]

const faultTable = [
  row(['where', 'fault', 'what happens', 'times', 'test']),
  '|---|---|---|---|---|',
  ...inOrder('fault', places).map(({ where, what, happens, times, file }) =>
    row([places[where as keyof typeof places], what, happens, times, `\`${file}\``]),
  ),
]

const between = (text: string, name: string, lines: readonly string[]): string => {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const [before, rest = ''] = text.split(begin)
  const after = rest.split(end)[1]
  return after === undefined ? `no ${begin}` : `${before}${begin}\n${lines.join('\n')}\n${end}${after}`
}

it.each([
  { doc: 'security', name: 'attacks', lines: attackTable },
  { doc: 'reliability', name: 'faults that tests make', lines: faultTable },
])(
  'docs/$doc.md has a line of each test that proves one (after a change: npx vitest run tests/docs --update)',
  async ({ doc, name, lines }) => {
    const path = `../../docs/${doc}.md`
    const text = readFileSync(`docs/${doc}.md`, 'utf8')
    await expect(between(text, name, lines)).toMatchFileSnapshot(path)
  },
)

it.each(['attack', 'fault'] as const)('each %s is written so that the table can be made of it', (kind) => {
  for (const { file, text } of files) {
    const made = text.match(opened[kind])?.length ?? 0
    expect([file, proven(kind).filter((line) => `tests/${file}`.startsWith(`${line.file}.`)).length]).toEqual(
      [file, made],
    )
  }
})

it('no line is there twice', () => {
  const lines = [...proven('attack'), ...proven('fault')].map(({ where, what }) => `${where}: ${what}`)
  expect(lines.filter((line, place) => lines.indexOf(line) !== place)).toEqual([])
})
