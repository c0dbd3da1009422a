/**
 * Who holds a lease: a process by its number and by when it began, so that a number which the system has given anew is not
 * taken for it. A holder whose event loop stands still lives; one that was stopped (SIGSTOP) or is gone does not.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** States of a process that does nothing any more: stopped, traced, ended (proc(5)). */
const away = ['T', 't', 'Z', 'X', 'x']

/** What tells a process from a later one of its number; null where it is not at work, or where this system does not say. */
function beginningOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`)
  const boot = read('/proc/sys/kernel/random/boot_id')
  if (stat === null || boot === null) return null
  // The name in brackets may hold anything; what follows it is state, then the fields of proc(5) from the fourth on.
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const startedAt = fields[18]
  return startedAt === undefined || away.includes(state) ? null : `${boot.trim()}.${startedAt}`
}

/** The name of this process as a holder; another one at each call. */
export const newHolder = (): string =>
  `${process.pid}/${beginningOf(process.pid) ?? ''}/${randomBytes(8).toString('hex')}`

/** Whether a holder is certainly still at work. Outside Linux that is never certain, and its lease simply expires. */
export function isAtWork(holder: string): boolean {
  const [pid = '', beginning = ''] = holder.split('/')
  return /^\d{1,10}$/.test(pid) && beginning !== '' && beginningOf(Number(pid)) === beginning
}
