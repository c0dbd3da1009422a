import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { attack } from '../support/proven.ts'

const execute = promisify(execFile)
const note = new URL('note-loaded.mjs', import.meta.url).href

/** Packages that a command of the sources loads, and what it prints as JSON. */
async function loadedBy(dir: string, args: readonly string[]) {
  const list = join(dir, 'loaded.json')
  const { stdout } = await execute(
    process.execPath,
    ['--import', note, 'electron/cli/main.ts', ...args, '--json'],
    { env: { ...process.env, LOADED: list } },
  ).catch((error: unknown) => error as { stdout: string })
  return { stdout, names: JSON.parse(readFileSync(list, 'utf8')) as string[] }
}

/** What is loaded in a process that prepares and signs, and in one that looks for a Ledger by USB. */
async function loaded(): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-loaded-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const desk = ['--practice', '--data', dir]
  await loadedBy(dir, ['accounts', 'add', 'perps', ...desk])
  const change = ['--account', 'perps', '--market', 'BTC', '--leverage', '10', '--cross']
  const prepared = await loadedBy(dir, ['prepare', ...desk, ...change])
  const { request } = JSON.parse(prepared.stdout) as { request: { id: string } }
  const signed = await loadedBy(dir, ['sign', request.id, ...desk])
  expect(JSON.parse(signed.stdout)).toMatchObject({ request: { state: 'signed' } })
  const usb = await loadedBy(dir, ['devices', '--device', 'hid', '--data', join(dir, 'real')])
  return [...new Set([...signed.names, ...usb.names])].sort()
}

const between = (text: string, name: string, inside: string): string => {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const [before, rest = ''] = text.split(begin)
  const after = rest.split(end)[1]
  return after === undefined ? `no ${begin}` : `${before}${begin}\n${inside}\n${end}${after}`
}

const inLines = (names: readonly string[]): string =>
  names
    .map((name) => `\`${name}\``)
    .join(', ')
    .replaceAll(/(.{90,120}),\s/g, '$1,\n')

attack(
  'supply',
  'comes with a package that was not there before, and is loaded while a Ledger signs',
  'the test fails until docs/security.md names it (after a change: npx vitest run tests/device/loaded-while-signing.test.ts --update)',
  async () => {
    const text = readFileSync('docs/security.md', 'utf8')
    const names = await loaded()
    expect(names.length).toBeGreaterThan(20)
    await expect(between(text, 'loaded while signing', inLines(names))).toMatchFileSnapshot(
      '../../docs/security.md',
    )
  },
)

it('signatures are checked by the native part of secp256k1 or by @noble/curves, never through elliptic', () => {
  const sources = readFileSync('electron/store/native-signatures.ts', 'utf8')
  expect(sources).toContain(`const bindings = 'secp256k1/bindings'`)
  expect(readFileSync('shared/signature.ts', 'utf8')).toContain('@noble/curves')
  const wanted = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  expect(Object.keys(wanted.dependencies)).not.toContain('elliptic')
})
