/** The note in `out/` of what it was made from, and of what was made: while both are the same, nothing is built. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a build reads, from the folder of package.json: the lockfile stands for all packages. */
const sources = [
  'electron',
  'renderer',
  'shared',
  'electron.vite.config.ts',
  'svelte.config.js',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]
const made = 'out'
const stamp = '.built'

/** Paths of the files in a folder, or of the file itself, in one order. */
function filesOf(root: string, path: string): string[] {
  if (!existsSync(join(root, path))) return []
  if (statSync(join(root, path)).isFile()) return [path]
  return readdirSync(join(root, path))
    .toSorted()
    .flatMap((name) => filesOf(root, join(path, name)))
}

/** One hash over names, lengths and contents: dates say nothing, since a checkout changes them. */
function hashOf(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths.flatMap((path) => filesOf(root, path))) {
    if (path === join(made, stamp)) continue
    const content = readFileSync(join(root, path))
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

const stateOf = (root: string): string => `${hashOf(root, sources)} ${hashOf(root, [made])}\n`

/** Whether `out/` is what a build would make, and whole. */
export function isBuilt(root: string): boolean {
  const path = join(root, made, stamp)
  return existsSync(path) && readFileSync(path, 'utf8') === stateOf(root)
}

/** Forgets the last build, so that one that is broken off is not taken for a whole one. */
export const forgetBuilt = (root: string): void => rmSync(join(root, made, stamp), { force: true })

/** Notes that a build ended well. */
export const noteBuilt = (root: string): void => writeFileSync(join(root, made, stamp), stateOf(root))
