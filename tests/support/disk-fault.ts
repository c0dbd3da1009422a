/** A disk that goes wrong below a process: a library of C that is compiled here and preloaded there. Only on Linux with a C compiler. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Which call on a file goes wrong, by its number from 1, and how: see disk-fault.c. */
export interface DiskFault {
  readonly call: 'write' | 'sync'
  readonly at: number
  readonly as: 'EIO' | 'ENOSPC' | 'short'
}

/** Compiles the library into a folder; its path, or null where this machine has no C compiler or is no Linux. */
export function compileDiskFault(dir: string): string | null {
  if (process.platform !== 'linux') return null
  const source = fileURLToPath(new URL('disk-fault.c', import.meta.url))
  const library = join(dir, 'disk-fault.so')
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-Wall', '-Werror', '-o', library, source, '-ldl'], {
    encoding: 'utf8',
  })
  if (compiled.error) return null
  if (compiled.status !== 0) throw new Error(compiled.stderr)
  return library
}

/** The environment of a process whose calls on a database and the files beside it are counted, and of which one fails. */
export const diskFaultEnv = (library: string, database: string, log: string, fault: DiskFault) => ({
  LD_PRELOAD: library,
  DISK_FAULT_PATH: database,
  DISK_FAULT_LOG: log,
  DISK_FAULT_CALL: fault.call,
  DISK_FAULT_AT: String(fault.at),
  DISK_FAULT_AS: fault.as,
})

/** What a log says: how many calls were counted, and which files the failed ones were on. */
export function readDiskFaultLog(log: string): {
  readonly calls: number
  readonly failed: readonly string[]
} {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1)
  return {
    calls: lines.length,
    failed: lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1)),
  }
}
