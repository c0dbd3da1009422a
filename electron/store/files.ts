/** Files that only their owner may read, and names that survive a power cut. */
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Makes a folder, and those above it that are missing, with mode 0700. One that is there is left as it is. */
export const makePrivateDir = (dir: string): void => {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
}

/** Makes the name of a new file durable. Windows cannot open folders; there NTFS journals names itself. */
export function syncDir(dir: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(dir, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Makes a new empty file with mode 0600. Throws EEXIST when it is there. */
export const createPrivateFile = (path: string): void => {
  closeSync(openSync(path, 'wx', 0o600))
}

/** The text of a file of at most `maxBytes`; null where there is none, it is larger, or it is a link or no file. */
export function readSmallFile(path: string, maxBytes: number): string | null {
  try {
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    try {
      const stats = fstatSync(fd)
      return stats.isFile() && stats.size <= maxBytes ? readFileSync(fd, 'utf8') : null
    } finally {
      closeSync(fd)
    }
  } catch {
    return null
  }
}

/** Puts a text in the place of a file, whole or not at all, with mode 0600. Throws what the file system throws. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}`
  rmSync(draft, { force: true })
  try {
    const fd = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncDir(dirname(path))
}

/**
 * Makes sure that a file is there and that only its owner may open it. One that is there is never opened here: closing
 * it would drop the POSIX locks that SQLite holds on it in this process (sqlite.org/howtocorrupt.html, 2.2).
 */
export function ensurePrivateFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) createIfMissing(path)
  else if (found.isFile() && (found.mode & 0o077) !== 0) chmodSync(path, 0o600)
}

function createIfMissing(path: string): void {
  try {
    createPrivateFile(path)
    syncDir(dirname(path))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
