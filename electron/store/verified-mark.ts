/**
 * What of a history was verified, remembered in a file beside the database, so that a desk which is opened again need not
 * verify everything at once. It is sealed by the installation's key: who can write files here but cannot read that key
 * cannot have rows taken for verified. Who can read the key can; the whole is therefore verified once a day all the same.
 */
import { rmSync, statSync } from 'node:fs'
import { timingSafeEqual } from 'node:crypto'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { check, hexBytes, integer } from '../../shared/check.ts'
import { fromHex, toHex } from '../../shared/hex.ts'
import { canonicalJson, readCanonicalObject } from '../../shared/history/canonical-json.ts'
import type { VerifiedLog } from '../../shared/history/verify-log.ts'
import { readSmallFile, replaceFile } from './files.ts'
import { sealOf } from './installation-key.ts'

/** Name of the file in the folder of the database. */
export const verifiedName = 'verified.json'

const purpose = 'countersign verified rows 1'
const maxBytes = 16 * 1024

/** What is remembered. */
export interface VerifiedMark {
  readonly log: VerifiedLog
  /** The last time that the whole was verified, Unix ms, and how many rows it had. */
  readonly wholeAtMs: number
  readonly wholeCount: number
  /** How the file of the database looked when it was closed; empty while it is open. */
  readonly stamp: string
}

const whole = integer(0, Number.MAX_SAFE_INTEGER)

const schema = v.strictObject({
  chainId: hexBytes(32),
  mode: v.picklist(['practice', 'real']),
  count: whole,
  head: hexBytes(32),
  roots: v.array(v.nullable(hexBytes(32))),
  headAt: whole,
  wholeAtMs: whole,
  wholeCount: whole,
  stamp: v.string(),
})

const pathBeside = (database: string): string => join(dirname(database), verifiedName)

/**
 * How the file of a database looks: which it is, how long, and when it was last written to or renamed. Another stamp after
 * it was closed says that somebody else wrote; the time of a change cannot be set back as that of writing can.
 */
export function stampOf(database: string): string {
  const stats = statSync(database, { bigint: true, throwIfNoEntry: false })
  const log = statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0
  return stats && log === 0 ? [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ') : ''
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** What was remembered beside a database; null where nothing is, or it is not sealed by this installation's key. */
export function readMark(database: string): VerifiedMark | null {
  const [text, seal] = readSmallFile(pathBeside(database), maxBytes)?.split('\n') ?? []
  if (text === undefined || seal === undefined) return null
  const own = sealOf(dirname(database), purpose, text)
  if (own === null || !isSame(own, seal)) return null
  const read = check(schema, readCanonicalObject(text))
  if (!read.ok) return null
  const { roots, wholeAtMs, wholeCount, stamp, ...log } = read.value
  const frontier = { size: log.count, roots: roots.map((root) => root && fromHex(root)) }
  return { log: { ...log, frontier }, wholeAtMs, wholeCount, stamp }
}

/** Remembers what was verified. Where it cannot be written or sealed nothing is remembered, and the whole is verified again. */
export function writeMark(database: string, mark: VerifiedMark): void {
  const { log, ...more } = mark
  const { frontier, ...rows } = log
  const roots = frontier.roots.map((root) => root && toHex(root))
  const text = canonicalJson({ ...rows, roots, ...more })
  const seal = text.ok ? sealOf(dirname(database), purpose, text.value) : null
  const path = pathBeside(database)
  try {
    if (text.ok && seal !== null) replaceFile(path, `${text.value}\n${seal}\n`)
    else rmSync(path, { force: true })
  } catch {
    // Nothing is remembered then, which is right as well.
  }
}

/** Forgets what was verified. */
export const removeMark = (database: string): void => rmSync(pathBeside(database), { force: true })
