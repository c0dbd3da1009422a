/** Running the built `bin/countersign` as a user does: in a process of its own, with a home folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, onTestFinished } from 'vitest'
import type { Failure } from '../../shared/errors.ts'
import { PracticeLedger, type PracticeLedgerOptions } from '../../electron/device/practice/practice-ledger.ts'
import { serveSpeculos } from '../../electron/device/practice/speculos-server.ts'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'

export const command = fileURLToPath(new URL('../../bin/countersign', import.meta.url))

/** What the environment holds that must never be seen anywhere: the Compass API key. */
export const secretKey = 'cmp-secret-7d1f0a'

/** How a command ended. `exit` is its exit code, or the signal that ended it. */
export interface Ended {
  readonly exit: number | NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string | Uint8Array
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Leaves standard input open, for more to be written. */
  readonly keepOpen?: boolean
  /** Another file to run than `bin/countersign`. */
  readonly file?: string
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves with all of standard output and error so far, once it holds `text`. */
  readonly printed: (text: string) => Promise<string>
}

/** A folder that is removed after the test. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Starts a command; it is killed when the test is over. */
export function start(
  args: readonly string[],
  { input, cwd, env, keepOpen = false, file = command }: RunOptions = {},
): Running {
  const home = tempDir()
  const child = spawn(file, args, {
    cwd: cwd ?? home,
    env: {
      ...process.env,
      HOME: home,
      XDG_DATA_HOME: join(home, 'data'),
      COMPASS_API_KEY: secretKey,
      ...env,
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  const heard = (): void => {
    for (const look of waiting) look()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    heard()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    heard()
  })
  // A command that does not read its input may end before all of it was written.
  child.stdin.on('error', () => undefined)
  if (!keepOpen) child.stdin.end(input)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ exit: code ?? signal, stdout, stderr }))
  })
  const printed = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!`${stdout}${stderr}`.includes(text)) return
        waiting.delete(look)
        resolve(`${stdout}${stderr}`)
      }
      waiting.add(look)
      look()
      void ended.then((end) =>
        reject(new Error(`it ended (${end.exit}) without "${text}": ${stdout}${stderr}`)),
      )
    })
  return { process: child, ended, printed }
}

/** Runs a command to its end. */
export const run = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  start(args, options).ended

/** The one JSON object that a command printed. */
export function jsonOf<T = Readonly<Record<string, unknown>>>({ stdout, stderr }: Ended): T {
  expect(stderr).toBe('')
  expect(stdout.endsWith('\n')).toBe(true)
  expect(stdout.trimEnd()).not.toContain('\n')
  return JSON.parse(stdout) as T
}

/** Runs a command with `--json` that must end well. */
export async function must<T>(args: readonly string[], options?: RunOptions): Promise<T> {
  const ended = await run([...args, '--json'], options)
  expect(ended, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`).toMatchObject({ exit: 0 })
  return jsonOf<T>(ended)
}

/** Runs a command with `--json` that must fail, and checks that the failure says all that one has to. */
export async function failing(
  args: readonly string[],
  options?: RunOptions,
): Promise<{ readonly exit: Ended['exit']; readonly error: Failure }> {
  const ended = await run([...args, '--json'], options)
  const { error } = jsonOf<{ error: Failure }>({ ...ended, stderr: '' })
  expect(error).toMatchObject({
    code: expect.stringMatching(/^[a-z]+\.[a-zA-Z]+$/),
    message: expect.stringMatching(/\S/),
    next: expect.stringMatching(/\S/),
    outcome: expect.stringMatching(/^(not-sent|sent|unknown)$/),
  })
  return { exit: ended.exit, error }
}

/** The request that a command printed. */
export interface Told {
  readonly request: { readonly id: string; readonly state: string; readonly digest: string }
}

/** The options of a practice desk in a folder of its own. */
export const practice = (dir: string, ...more: readonly string[]): readonly string[] => [
  '--practice',
  '--data',
  dir,
  ...more,
]

/** BTC from 5x cross, as the practice venue has it, to 10x cross. */
export const btcTo10 = ['--market', 'BTC', '--leverage', '10', '--cross'] as const

const made: string[] = []
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true })
})

/** Fills a folder once for all tests of a file; each gets a copy of its own, and what `fill` told. */
function onceThenCopied<T>(fill: (options: readonly string[]) => Promise<T>) {
  let filled: Promise<{ readonly dir: string; readonly told: T }> | undefined
  const fillNew = async () => {
    const dir = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
    made.push(dir)
    return { dir, told: await fill(practice(dir)) }
  }
  return async (): Promise<{ readonly dir: string; readonly told: T }> => {
    filled ??= fillNew()
    const { dir, told } = await filled
    const copy = tempDir()
    cpSync(dir, copy, { recursive: true })
    return { dir: copy, told }
  }
}

const deskWithAccount = onceThenCopied((options) => must(['accounts', 'add', 'treasury', ...options]))

const deskWithRequest = onceThenCopied(async (options) => {
  await must(['accounts', 'add', 'treasury', ...options])
  const id = await prepared(options)
  await must(['sign', id, ...options])
  return id
})

/** A practice desk with the account "treasury" in it. */
export const practiceDesk = async (...more: readonly string[]): Promise<readonly string[]> =>
  practice((await deskWithAccount()).dir, ...more)

/** A practice desk with a signed request, BTC from 5x cross to 10x cross, which no venue has seen. */
export async function signedRequest(
  ...more: readonly string[]
): Promise<{ readonly options: readonly string[]; readonly id: string }> {
  const { dir, told } = await deskWithRequest()
  return { options: practice(dir, ...more), id: told }
}

/** Prepares BTC to 10x; gives the id of the request. */
export async function prepared(options: readonly string[]): Promise<string> {
  const { request } = await must<Told>(['prepare', '--account', 'treasury', ...btcTo10, ...options])
  return request.id
}

/** A practice venue in this process, which can be told to fail. */
export async function venueHere(): Promise<PracticeVenue> {
  const venue = await startPracticeVenue()
  onTestFinished(() => venue.close())
  return venue
}

/** A practice Ledger in this process, served as Speculos serves one; `device` is its `--device`. */
export async function ledgerHere(
  options: Partial<PracticeLedgerOptions> = {},
): Promise<{ readonly ledger: PracticeLedger; readonly device: readonly string[] }> {
  const ledger = new PracticeLedger({ model: 'nanoSP', settings: { rawMessages: true }, ...options })
  const server = await serveSpeculos(ledger)
  onTestFinished(() => server.close())
  return { ledger, device: ['--device', `speculos:http://127.0.0.1:${server.apiPort}`] }
}
