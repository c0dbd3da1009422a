import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { hashTypedData } from '../../shared/eip712/typed-data.ts'
import { toHex } from '../../shared/hex.ts'
import { canonicalJson } from '../../shared/history/canonical-json.ts'
import { signatureToHex } from '../../shared/signature.ts'
import { exportFolder } from '../../electron/export/folder.ts'
import { signWithTestKey, testSigner, usedDesk } from '../export/used-desk.ts'
import { tempDir, valueOf } from '../store/support.ts'
import { altered } from '../support/altered.ts'
import { flip, rewritten } from '../support/forgeries.ts'
import { describeWithPython, runVerifier } from './python.ts'

/** Each verdict is a process of its own. */
const timeout = 120_000

interface Verdict {
  readonly ok: boolean
  readonly rows?: number
  readonly head?: string
  readonly row?: number
  readonly change?: string
  readonly detail?: string
  readonly checked?: Readonly<Record<string, number>>
  readonly unchecked?: readonly string[]
}

const root = mkdtempSync(join(tmpdir(), 'countersign-export-'))
afterAll(() => rmSync(root, { recursive: true }))

async function makeExport() {
  const { store } = await usedDesk()
  const folder = join(root, 'audit')
  const facts = valueOf(await exportFolder(store, folder))
  // The rows alone: the heads that are held against them are those of these tests.
  for (const name of ['heads.jsonl', 'checkpoint.txt', 'installation.txt']) rmSync(join(folder, name))
  const lines = readFileSync(join(folder, 'history.jsonl'), 'utf8').split('\n').slice(0, -1)
  return { lines, chainId: store.chainId, ...facts }
}

let made: ReturnType<typeof makeExport> | undefined

/** A copy of the export, which the first test that asks for one makes. */
async function exported() {
  const facts = await (made ??= makeExport())
  const folder = join(tempDir(), 'audit')
  cpSync(facts.path, folder, { recursive: true })
  return { ...facts, folder }
}

const verdict = (path: string, ...more: string[]): Verdict & { status: number | null } => {
  const run = runVerifier([path, '--json', ...more])
  if (run.stdout === '') throw new Error(run.stderr)
  return { status: run.status, ...(JSON.parse(run.stdout) as Verdict) }
}

/** The verdicts on files and folders, by one process; at least one of them is not right. */
function verdictsOn(paths: readonly string[]): readonly Verdict[] {
  const run = runVerifier([...paths, '--json'])
  expect([run.status, run.stderr]).toEqual([1, ''])
  return run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict)
}

/** Files with histories. */
function filesOf(histories: readonly (readonly string[])[]): readonly string[] {
  const dir = tempDir()
  return histories.map((lines, at) => {
    const path = join(dir, `${at}.jsonl`)
    writeFileSync(path, textOf(lines))
    return path
  })
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

const write = (folder: string, lines: readonly string[]): void =>
  writeFileSync(join(folder, 'history.jsonl'), textOf(lines))

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest()

/** The root of RFC 6962, 2.1, by its definition. */
function rootOf(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes
  if (hashes.length <= 1) return only ? sha256(Buffer.of(0), only) : sha256()
  const half = 2 ** Math.floor(Math.log2(hashes.length - 1))
  return sha256(Buffer.of(1), rootOf(hashes.slice(0, half)), rootOf(hashes.slice(half)))
}

/** An installation's key and the heads that it signs (C2SP signed-note, tlog-checkpoint), written from the specification. */
function installation(chainId: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const name = `countersign/${chainId.slice(2, 34)}`
  const typed = Buffer.concat([Buffer.of(1), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)])
  const id = sha256(Buffer.from(`${name}\n`), typed).subarray(0, 4)
  const head = (lines: readonly string[], size = lines.length): string => {
    const hashes = lines.slice(0, size).map((line) => {
      const { hash } = JSON.parse(line) as { hash: string }
      return Buffer.from(hash.slice(2), 'hex')
    })
    const text = `${name}\n${size}\n${rootOf(hashes).toString('base64')}\n`
    const signature = Buffer.concat([id, signBytes(null, Buffer.from(text), privateKey)]).toString('base64')
    return `${text}\n— ${name} ${signature}\n`
  }
  return { vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`, head }
}

const headLine = (note: string, ledger?: unknown): string => {
  const text = canonicalJson(ledger === undefined ? { note } : { note, ledger })
  return text.ok ? `${text.value}\n` : ''
}

describeWithPython('the Python verifier, on an export,', () => {
  it('checks every row, digest, approval, signature and sent body of it', { timeout }, async () => {
    const { folder, rows, head } = await exported()
    expect(verdict(folder)).toMatchObject({
      status: 0,
      rows,
      head,
      checked: { digests: 4, approvals: 2, signatures: 3, bodies: 2, heads: 0 },
      unchecked: [],
    })
    expect(verdict(join(folder, 'history.jsonl'), '--head', head)).toMatchObject({ status: 0, rows })
  })

  it('finds an edit, a deletion, an insertion, a swap and a cut, and tells which', { timeout }, async () => {
    const { folder, lines, head } = await exported()
    const [first = '', second = '', third = '', ...rest] = lines
    const cases: readonly (readonly [lines: readonly string[], row: number, change: string])[] = [
      [[first, altered(second, '"name":"words"', '"name":"other"'), third, ...rest], 2, 'edited'],
      [[first, third, ...rest], 2, 'removed'],
      [[first, second, second, third, ...rest], 3, 'moved'],
      [[first, third, second, ...rest], 2, 'removed'],
      [[second, third, ...rest], 1, 'removed'],
      [[first, `${second} `, third, ...rest], 2, 'format'],
    ]
    const unended = join(tempDir(), 'unended.jsonl')
    writeFileSync(unended, lines.join('\n'))
    const cut = lines.slice(0, -2)
    const found = verdictsOn([...filesOf([...cases.map(([changed]) => changed), cut]), unended])
    expect(found).toMatchObject([
      ...cases.map(([, row, change]) => ({ ok: false, row, change })),
      { ok: true },
      { ok: false, row: lines.length, change: 'removed' },
    ])
    write(folder, cut)
    expect(verdict(folder, '--head', head)).toMatchObject({ status: 1, change: 'removed' })
  })

  it(
    'finds what a rewritten chain hides: other fields, another signer, another body',
    { timeout },
    async () => {
      const { lines } = await exported()
      const place = (kind: string) => lines.findIndex((line) => line.includes(`"kind":"${kind}"`))
      const cases = [
        [
          'request.prepared',
          (body: string) => body.replace('"leverage":10,', '"leverage":50,'),
          /leverage that is shown/,
        ],
        [
          'request.prepared',
          (body: string) => body.replace('venue.example', 'venue.invalid'),
          /request is not the one/,
        ],
        [
          'request.prepared',
          (body: string) => body.replace(/"signer":"0x[0-9a-f]{2}/, '"signer":"0x00'),
          /signer is not that/,
        ],
        ['approval.signed', flip, /signed by/],
        ['approval.signed', (body: string) => body.replace('5x -> 10x', '5x -> 50x'), /not this request/],
        ['request.signed', flip, /signed by/],
        [
          'request.sending',
          (body: string) => body.replace(String.raw`\"leverage\":10`, String.raw`\"leverage\":50`),
          /not what was signed/,
        ],
        [
          'request.applied',
          (body: string) => body.replace('"from":"sending"', '"from":"signed"'),
          /cannot become/,
        ],
      ] as const
      const found = verdictsOn(filesOf(cases.map(([kind, change]) => rewritten(lines, place(kind), change))))
      for (const [at, [kind, , detail]] of cases.entries()) {
        expect([kind, found[at]?.ok, found[at]?.row]).toEqual([kind, false, place(kind) + 1])
        expect(found[at]?.detail).toMatch(detail)
      }
    },
  )

  it('holds the tree against signed heads, the installation’s and the Ledger’s', { timeout }, async () => {
    const { folder, lines, chainId } = await exported()
    const { vkey, head } = installation(chainId)
    const [early, newest] = [head(lines, 5), head(lines)]
    const count = String(lines.length)
    const root = toHex(Buffer.from(newest.split('\n')[2] ?? '', 'base64'))
    const message = { count, root, time: '2026-11-20 10:00 UTC' }
    const { digest } = hashTypedData({
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
        ],
        HistoryHead: [
          { name: 'count', type: 'string' },
          { name: 'root', type: 'bytes32' },
          { name: 'time', type: 'string' },
        ],
      },
      primaryType: 'HistoryHead',
      domain: { name: 'Countersign', version: '1' },
      message,
    })
    const ledger = { ...message, signature: signatureToHex(signWithTestKey(digest)), signer: testSigner }
    const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
    put('heads.jsonl', headLine(early) + headLine(newest, ledger))
    put('checkpoint.txt', newest)
    expect(verdict(folder)).toMatchObject({ status: 3, ok: true })
    put('installation.txt', `${vkey}\n`)
    const other = installation(chainId)
    expect(verdict(folder, '--key', other.vkey)).toMatchObject({ status: 1, change: 'head' })

    const copies = tempDir()
    /** A copy of the folder with another text in one of its files. */
    const copy = (name: string, text: string): string => {
      const path = mkdtempSync(join(copies, 'audit-'))
      cpSync(folder, path, { recursive: true })
      writeFileSync(join(path, name), text)
      return path
    }
    const atAnotherTime = { ...ledger, time: '2026-11-20 10:01 UTC' }
    const forged = copy('heads.jsonl', headLine(early) + headLine(newest, atAnotherTime))
    put('heads.jsonl', headLine(early) + headLine(newest))
    const changed = rewritten(lines, 4, (body) => body.replace('"name":"compass"', '"name":"compasS"'))
    const found = verdictsOn([
      copy('heads.jsonl', headLine(early) + headLine(newest, ledger)),
      forged,
      copy('history.jsonl', textOf(changed)),
      copy('history.jsonl', textOf(lines.slice(0, -1))),
    ])
    expect(found).toMatchObject([
      { ok: true, checked: { heads: 2, ledgerHeads: 1 } },
      { ok: false, change: 'head' },
      { ok: false, row: 5, change: 'replaced' },
      { ok: false, change: 'removed' },
    ])
  })

  it(
    'finds a cut tail, and an older file in place of the newer, by a head that was noted elsewhere',
    { timeout },
    async () => {
      const { folder, lines, chainId } = await exported()
      const { vkey, head } = installation(chainId)
      const noted = join(tempDir(), 'noted.txt')
      writeFileSync(noted, head(lines))
      write(folder, lines.slice(0, 7))
      expect(verdict(folder, '--key', vkey).ok).toBe(true)
      const found = verdict(folder, '--key', vkey, '--head', noted)
      expect(found).toMatchObject({ status: 1, change: 'removed' })
      expect(found.detail).toContain(`covers ${lines.length} rows`)
      write(folder, lines)
      expect(verdict(folder, '--key', vkey, '--head', noted)).toMatchObject({ status: 0 })
    },
  )

  it('says what it cannot check, and what it cannot read', { timeout }, async () => {
    const { folder } = await exported()
    expect(runVerifier([join(folder, 'nothing')]).status).toBe(2)
    expect(runVerifier([]).status).toBe(2)
    expect(runVerifier([folder]).stdout).toContain('The history verifies: ')
  })
})
