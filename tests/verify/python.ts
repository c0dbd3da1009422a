/** The Python verifier as the tests run it. Where there is no Python 3.9 or newer, they say so in one line and skip. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'

const verifier = fileURLToPath(new URL('../../tools/verify/verify.py', import.meta.url))

const isNewEnough = (command: string): boolean =>
  spawnSync(command, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0

const python = ['python3', 'python'].find(isNewEnough)

/** How a run of the verifier ended. */
export interface PythonRun {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the verifier, isolated from what is installed and set on this machine (-I), as an auditor would. */
export function runVerifier(args: readonly string[], input = ''): PythonRun {
  if (python === undefined) throw new Error('there is no Python')
  const options = { encoding: 'utf8', input, maxBuffer: 1 << 28 } as const
  const { status, stdout, stderr } = spawnSync(python, ['-I', verifier, ...args], options)
  return { status, stdout, stderr }
}

/** Tests that need Python 3.9 or newer; elsewhere one skipped test says that they were left out. */
export function describeWithPython(name: string, tests: () => void): void {
  if (python !== undefined) describe(name, tests)
  else it.skip(`${name}: left out, because there is no python3 (3.9 or newer) on this machine`)
}
