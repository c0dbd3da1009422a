import { describe, expect, it } from 'vitest'
import type { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import {
  failing,
  ledgerHere,
  must,
  practice,
  practiceDesk,
  prepared,
  signedRequest,
  start,
  tempDir,
  venueHere,
  type Ended,
  type Running,
  type Told,
} from './support.ts'

/** Resolves once a question is on the screen. */
const asked = (ledger: PracticeLedger): Promise<void> =>
  new Promise((resolve) => {
    if (ledger.asking) return resolve()
    const stop = ledger.onScreen(() => {
      if (!ledger.asking) return
      stop()
      resolve()
    })
  })

/** Answers the question that is open, and every later one. */
const approveAll = (ledger: PracticeLedger): void => {
  ledger.onScreen(() => {
    if (ledger.asking) setImmediate(() => ledger.asking && ledger.approve())
  })
}

/** Less than what an interrupted command could be waiting for: 30 s for a venue, and no end for a person at the Ledger. */
const atOnceMs = 20_000

/** Sends a signal as a terminal does; the command must end then, not when what it waits for does. */
async function interrupted(running: Running, signal: NodeJS.Signals = 'SIGINT'): Promise<Ended> {
  const begun = performance.now()
  running.process.kill(signal)
  const ended = await running.ended
  expect(performance.now() - begun).toBeLessThan(atOnceMs)
  return ended
}

const stateOf = async (id: string, options: readonly string[]): Promise<string> =>
  (await must<Told>(['show', id, ...options])).request.state

describe('Ctrl+C while a review is open on the Ledger', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s: ends at once, keeps the request, and the Ledger is not stuck',
    async (signal) => {
      const desk = await practiceDesk()
      const { ledger, device } = await ledgerHere()
      const options = [...desk, ...device]
      const id = await prepared(options)
      const running = start(['sign', id, ...options])
      await asked(ledger)
      const { exit, stdout, stderr } = await interrupted(running, signal)
      expect({ exit, stdout }).toEqual({ exit: 130, stdout: '' })
      expect(stderr).toMatch(
        /\nStopped before it was done\. No change was sent\.\n.*\n\(program\.interrupted\)\n$/,
      )
      expect(await stateOf(id, options)).toBe('approved')
      approveAll(ledger)
      expect(await must(['sign', id, ...options])).toMatchObject({ request: { state: 'signed' } })
    },
  )

  it('with --json the failure is told as one object', async () => {
    const options = await practiceDesk('--practice-answer', 'none')
    const { ledger, device } = await ledgerHere()
    const id = await prepared(options)
    const running = start(['sign', id, ...options, ...device, '--json'])
    await asked(ledger)
    const { exit, stdout, stderr } = await interrupted(running)
    expect({ exit, stderr }).toEqual({ exit: 130, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'program.interrupted', outcome: 'not-sent' } })
  })

  it('while an address is shown: no account is added', async () => {
    const options = practice(tempDir())
    const running = start(['accounts', 'add', 'treasury', ...options, '--practice-answer', 'none'])
    await running.printed('Verify Ethereum')
    expect((await interrupted(running)).exit).toBe(130)
    expect(await must(['accounts', ...options])).toEqual({ accounts: [] })
  })
})

describe('Ctrl+C while a change is on its way', () => {
  it('says that the outcome is unknown; reconciling settles it, and it was sent once', async () => {
    const venue = await venueHere()
    const { options, id } = await signedRequest('--practice-venue', venue.url)
    venue.failNext('timeoutAfterApply')
    const running = start(['submit', id, ...options, '--json'])
    await expect.poll(() => venue.applied.length, { timeout: 20_000, interval: 10 }).toBe(1)
    const { exit, stdout } = await interrupted(running)
    expect(exit).toBe(7)
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'program.interruptedSending',
        outcome: 'unknown',
        next: expect.stringContaining(`"countersign reconcile ${id} --practice`),
      },
    })
    expect(await failing(['submit', id, ...options])).toMatchObject({ error: { code: 'request.wrongState' } })
    expect(await must(['reconcile', id, ...options])).toMatchObject({ request: { state: 'applied' } })
    expect(venue.requests.filter(({ target }) => target === 'submission')).toHaveLength(1)
  })
})

describe('Ctrl+C while something is served', () => {
  it.each([
    ['practice-ledger', ['--apdu-port', '0', '--api-port', '0'], 'Practice Nano S Plus: APDUs on 127.0.0.1:'],
    ['practice-venue', [], 'Practice venue: all venues on http://127.0.0.1:'],
  ])('%s ends well', async (name, args, says) => {
    const running = start([name, ...args])
    await running.printed(says)
    expect((await interrupted(running)).exit).toBe(0)
  })
})
