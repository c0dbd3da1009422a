/**
 * `npm test`: the parts, then the screens, whatever the parts came to. Reports both, and ends with one line of totals.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outcomesVariable, totalsLine, type RunOutcome } from './support/closing.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-outcomes-'))
const say = (line: string) => process.stdout.write(`${line}\n`)
const nothing = { passed: 0, failed: 1, skipped: 0, reasons: [] }

let running: ChildProcess | undefined
let isStopped = false
process.on('SIGINT', () => {
  // Ctrl+C reaches every process of the terminal: the part that runs ends by it, and no other is started.
  isStopped = true
})
process.on('SIGTERM', () => {
  isStopped = true
  running?.kill('SIGTERM')
})

/** Runs one part by its npm script. One that ends without its closing line has failed, whatever it tested. */
async function runPart(script: string): Promise<RunOutcome> {
  const path = join(folder, script.replace(':', '-'))
  const part = spawn('npm', ['run', '--silent', script], {
    stdio: 'inherit',
    env: { ...process.env, [outcomesVariable]: path },
    shell: process.platform === 'win32',
  })
  running = part
  const [status] = (await once(part, 'exit')) as [number | null]
  const told = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  if (told === '')
    return { ...nothing, failures: [`${script} ended with ${String(status)}, before its closing line`] }
  const outcome = JSON.parse(told) as RunOutcome
  return status === 0 || outcome.failed > 0
    ? outcome
    : { ...outcome, failed: 1, failures: [`${script} ended with ${String(status)}, although no test failed`] }
}

const outcomes: RunOutcome[] = []
for (const script of ['test:unit', 'test:e2e']) if (!isStopped) outcomes.push(await runPart(script))
rmSync(folder, { recursive: true, force: true })

const sum = (name: 'passed' | 'failed' | 'skipped') =>
  outcomes.reduce((total, outcome) => total + outcome[name], 0)
const totals = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }

say('')
for (const { failures } of outcomes) for (const name of failures) say(`failed: ${name}`)
for (const { reasons } of outcomes) for (const reason of reasons) say(`skipped: ${reason}`)
say(totalsLine(totals))
process.exitCode = isStopped || totals.failed > 0 || totals.passed === 0 ? 1 : 0
