/** Secrets from files, from standard input, and from the keyboard without showing them; never from the command line. */
import { StringDecoder } from 'node:string_decoder'
import { fail, ok, type Result } from '../../shared/errors.ts'
import { openInput, unreadable } from './input.ts'

/** The largest file that is read as a secret, in bytes. */
const maxBytes = 4096

/** Reads a small file, or standard input for `-`, as bytes that can be wiped. Fails with `input.unreadable` or `input.tooLarge`. */
export async function readSecretFile(file: string): Promise<Result<Buffer>> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of openInput(file)) {
      const bytes = Buffer.from(chunk as Uint8Array)
      size += bytes.length
      if (size > maxBytes) return fail('input.tooLarge', { limit: '4 kB' })
      chunks.push(bytes)
    }
  } catch (error) {
    return { ok: false, error: unreadable(file, error) }
  }
  const whole = Buffer.concat(chunks)
  for (const chunk of chunks) chunk.fill(0)
  return ok(whole)
}

/** Whether a person sits at the keyboard. */
export const hasKeyboard = (): boolean => process.stdin.isTTY && process.stderr.isTTY

const [interrupt, endOfInput, backspace, deletion] = ['\u0003', '\u0004', '\b', '\u007f']

/** Asks at the keyboard and shows nothing of what is typed. Ctrl+C ends the program as it does elsewhere. */
export function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process
  const decoder = new StringDecoder('utf8')
  return new Promise((resolve) => {
    const typed: string[] = []
    const end = (): void => {
      stdin.off('data', take).setRawMode(false).pause()
      stderr.write('\n')
    }
    const take = (bytes: Buffer): void => {
      for (const key of decoder.write(bytes)) {
        if (key === interrupt) {
          end()
          process.kill(process.pid, 'SIGINT')
          return
        }
        if (key === '\r' || key === '\n' || key === endOfInput) {
          end()
          resolve(typed.join(''))
          return
        }
        if (key === backspace || key === deletion) typed.pop()
        else typed.push(key)
      }
    }
    stderr.write(question)
    stdin.setRawMode(true).resume().on('data', take)
  })
}
