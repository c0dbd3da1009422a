/** `countersign start`: the desk in its window, and in a browser where there is no Electron runtime. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { findRuntime, thisPlace } from '../../host/electron-runtime.ts'
import { windowIsOpen } from '../../host/parent-process.ts'
import { createOutput } from '../output.ts'
import { runDesk, type DeskArguments } from './desk.ts'

/** The options as Electron's entry reads them. */
const argumentsOf = ({ practice, data, device }: DeskArguments): string[] => [
  ...(practice ? ['--practice'] : []),
  ...(data === undefined ? [] : [`--data=${data}`]),
  ...(device === undefined ? [] : [`--device=${device}`]),
]

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Resolves with true when the window was open and was closed, with false when it never opened. */
function runWindow(program: string, args: readonly string[]): Promise<boolean> {
  // In a group of its own, so that Ctrl+C reaches Electron once: a second time would cut its end short.
  const detached = process.platform !== 'win32'
  const child = spawn(program, args, { detached, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const pass = (signal: NodeJS.Signals): boolean => child.kill(signal)
  for (const signal of signals) process.on(signal, pass)
  let opened = false
  child.on('message', (message) => {
    opened ||= message === windowIsOpen
  })
  return new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(opened || code === 0))
  }).finally(() => {
    for (const signal of signals) process.off(signal, pass)
  })
}

/** Opens the window, or says in one line why there is none and serves the desk to a browser. */
export async function runStart(options: DeskArguments): Promise<void> {
  const output = createOutput(false)
  const root = join(options.built, '..')
  const search = await findRuntime(thisPlace(root), output.note)
  if ('program' in search && (await runWindow(search.program, [root, ...argumentsOf(options)]))) return
  const reason = 'program' in search ? 'Electron did not start' : search.reason
  output.say(`No window, because ${reason}: the desk opens in a browser.`)
  await runDesk(options)
}
