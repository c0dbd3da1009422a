/** Verifies an exported history: a JSONL file alone, or the folder of an export with its heads. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { check } from '../../shared/check.ts'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { readCanonicalObject } from '../../shared/history/canonical-json.ts'
import { readCheckpoint } from '../../shared/history/checkpoint.ts'
import { fromLine } from '../../shared/history/jsonl.ts'
import { readVkey, type NoteKey } from '../../shared/history/note.ts'
import { flaw, type HeadEntry, type LogFlaw } from '../../shared/history/verify-heads.ts'
import { verifyLog, type LogProof, type RowEntry } from '../../shared/history/verify-log.ts'
import type { Watch } from '../work/watch.ts'
import { exportNames } from './export-folder.ts'
import { linesOf, type Line } from './lines.ts'
import type { FileOptions } from './verify-file.ts'
import { nativeLogOptions } from './verify-native.ts'

function rowFrom(line: Line): RowEntry {
  if ('flaw' in line) return line
  const row = fromLine(line.text)
  return typeof row === 'string' ? { flaw: row } : row
}

function* rowsOf(path: string, watch: Watch): Generator<RowEntry, void> {
  const { size } = statSync(path)
  for (const line of linesOf(path, (bytes) => watch.at(bytes, size))) yield rowFrom(line)
}

/** Verifies a JSONL file. Throws what the file system throws. */
export const verifyExport = (path: string, options: FileOptions, watch: Watch): LogProof | LogFlaw =>
  verifyLog(rowsOf(path, watch), [], nativeLogOptions(options))

const headSchema = v.strictObject({ note: v.string(), ledger: v.optional(v.unknown(), null) })

function readHead(line: string, keys: readonly NoteKey[]): HeadEntry | string {
  const value = readCanonicalObject(line)
  const read = value === null ? null : check(headSchema, value)
  return read?.ok ? { ...read.value, keys } : 'a line of heads.jsonl is not a head.'
}

function* headsOf(path: string, keys: readonly NoteKey[]): Generator<HeadEntry | string, void> {
  for (const line of linesOf(path))
    yield 'flaw' in line ? `heads.jsonl: ${line.flaw}` : readHead(line.text, keys)
}

/** Most bytes of a file of a few lines. */
const maxSmall = 64 * 1024

/** The whole of a small file. Throws what the file system throws. */
const readSmall = (path: string): string | null =>
  statSync(path).size > maxSmall ? null : readFileSync(path, 'utf8')

/** The keys of a text of vkey lines; null where a line is none. */
export function readKeys(text: string): readonly NoteKey[] | null {
  const keys = text.replace(/\n$/, '').split('\n').map(readVkey)
  const read = keys.filter((key) => key !== null)
  return read.length === keys.length ? read : null
}

/** What the newest head, in a file of its own, says of rows that verified. */
function checkpointFlaw(text: string | null, { count, headAt, root }: LogProof): LogFlaw | null {
  const head = readCheckpoint(text ?? '')
  if (typeof head === 'string') return flaw(count, 'head', `${exportNames.checkpoint}: ${head}`)
  if (head.size > count)
    return flaw(count + 1, 'cut', `${count} rows are left, but ${exportNames.checkpoint} is of ${head.size}.`)
  if (head.size < count)
    return flaw(
      head.size + 1,
      'insert',
      `${exportNames.checkpoint} is of ${head.size} rows, and there are ${count}.`,
    )
  const same = headAt === head.size && Buffer.from(head.root).toString('hex') === root.slice(2)
  return same
    ? null
    : flaw(count, 'head', `${exportNames.checkpoint} is not the newest of ${exportNames.heads}.`)
}

/**
 * Verifies the folder of an export. Fails with `history.badHead` where its keys are none; throws what the file system
 * throws, also where one of its files is missing.
 */
export function verifyFolder(folder: string, options: FileOptions, watch: Watch): Result<LogProof | LogFlaw> {
  const path = (name: keyof typeof exportNames): string => join(folder, exportNames[name])
  const text = readSmall(path('checkpoint'))
  const own = readKeys(readSmall(path('installation')) ?? '')
  if (own === null) return fail('history.badHead', { detail: `${path('installation')} is not a public key.` })
  const keys = options.keys ?? own
  const proof = verifyLog(
    rowsOf(path('history'), watch),
    headsOf(path('heads'), keys),
    nativeLogOptions({ ...options, keys }),
  )
  return ok(proof.ok ? (checkpointFlaw(text, proof) ?? lastNoteFlaw(folder, text, proof)) : proof)
}

/** `checkpoint.txt` is the last note of `heads.jsonl` byte for byte; of its signatures only this one was checked. */
function lastNoteFlaw(folder: string, text: string | null, proof: LogProof): LogProof | LogFlaw {
  let last: string | null = null
  for (const line of linesOf(join(folder, exportNames.heads))) if ('text' in line) last = line.text
  const head = last === null ? null : readHead(last, [])
  return typeof head === 'object' && head?.note === text
    ? proof
    : flaw(proof.count, 'head', `${exportNames.checkpoint} is not the newest of ${exportNames.heads}.`)
}
