import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { practiceOnlyArcusKey } from '../../electron/venues/practice/arcus-state.ts'
import { practiceOnlyBybitKey } from '../../electron/venues/practice/v5-state.ts'
import { rulesOf, venueIds } from '../../shared/venues/registry.ts'
import { must, run, tempDir } from './support.ts'

describe('countersign demo', () => {
  it('does the whole main job, prints each step, and leaves nothing behind', async () => {
    const home = tempDir()
    const { exit, stdout, stderr } = await run(['demo'], { cwd: home, env: { TMPDIR: home } })
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    const steps = [
      'PRACTICE: a practice Ledger signs, a practice venue answers.',
      '# Add the account "treasury"',
      '[Nano S Plus] Address | 0xDad77910DbDFdE7',
      '# Prepare BTC to 10x cross',
      'BTC  5x cross  ->  10x cross',
      'Your Nano S Plus will not show market, margin mode or leverage',
      '# Sign: review it on the Ledger',
      '[Nano S Plus] Sign message',
      'signer and digest were checked',
      '# Send it, once',
      'Applied: the venue was read again and shows the new value.',
      'AAPL is at 5x cross already. There is nothing to sign.',
      '# Prepare AAPL to 3x cross',
      'We do not know yet whether the change was applied',
      'Do not send it again.',
      '# Reconcile: read the venue, never send again',
      'is applied.',
      'It verifies: 23 rows',
      'The venue applied 3 changes, each once.',
    ]
    let from = 0
    for (const step of steps) {
      const at = stdout.indexOf(step, from)
      expect(at, step).toBeGreaterThanOrEqual(from)
      from = at
    }
    expect(readdirSync(home)).toEqual([])
  })

  it('shows on the device what the preview said it would show', async () => {
    const { stdout } = await run(['demo'])
    const said = [...stdout.matchAll(/^ {2}connectionId +(0x[0-9A-F]{64})$/gm)].map(([, value]) => value)
    const parts = [...stdout.matchAll(/connectionId \(\d\/2\) \| (.*)$/gm)].map(([, text = '']) =>
      text.replaceAll(' | ', ''),
    )
    expect(said).toHaveLength(3)
    expect(said).toEqual([0, 2, 4].map((index) => `${parts[index]}${parts[index + 1]}`))
  })

  it('--keep leaves a database that verifies, and is never written over', async () => {
    const dir = join(tempDir(), 'kept here')
    const { exit, stdout } = await run(['demo', '--keep', dir])
    const database = join(dir, 'countersign.db')
    expect(exit).toBe(0)
    expect(stdout).toContain(`Its database is ${database}`)
    expect(existsSync(database)).toBe(true)
    expect(await must(['history', 'verify', database])).toMatchObject({ count: 23 })
    const again = await run(['demo', '--keep', dir])
    expect(again.exit).toBe(1)
    expect(again.stderr).toContain(`${database} is there already, and nothing is overwritten.`)
    expect(await must(['history', 'verify', database])).toMatchObject({ count: 23 })
  })
})

describe('countersign demo --venue', () => {
  it('all: adds, previews, approves in words, sends and proves at every venue, and the history verifies', async () => {
    const home = tempDir()
    const dir = join(home, 'kept')
    const { exit, stdout, stderr } = await run(['demo', '--venue', 'all', '--keep', dir])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    const parts = stdout.split('\n=== ').slice(1)
    expect(parts.map((part) => part.slice(0, part.indexOf(':')))).toEqual(
      venueIds.map((id) => rulesOf(id).name),
    )
    for (const [place, part] of parts.entries()) {
      expect(part).toContain(`# Add the account "${venueIds[place]}"`)
      expect(part).toContain('at stake')
      expect(part).toMatch(/\[Nano S Plus\] Message \(1\/\d\) \| \S+ leverage\b/)
      expect(part).toContain('# Send it, once')
      expect(part).toContain('Applied: the venue was read again and shows the new value.')
    }
    expect(stdout).not.toMatch(/\bnull\b|\bundefined\b/)
    expect(stdout).toContain(
      `Requests: ${venueIds.length}. Submissions that the practice venue got: ${venueIds.length}.`,
    )
    const count = Number(/It verifies: (\d+) rows/.exec(stdout)?.[1])
    expect(await must(['history', 'verify', join(dir, 'countersign.db')])).toMatchObject({ count })
  })

  it.each([
    ['arcus', '# Add the API key', practiceOnlyArcusKey.seed],
    ['bybit', '# Add the API key', practiceOnlyBybitKey.secret],
    ['synthetix', '# Permit reading', 'signature:'],
  ])(
    '%s: does what the account needs there (%s), prints no secret, and leaves nothing',
    async (id, step, secret) => {
      const home = tempDir()
      const { exit, stdout, stderr } = await run(['demo', '--venue', id], { env: { TMPDIR: home } })
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
      expect(stdout).toContain(step)
      expect(stdout).not.toContain(secret)
      expect(readdirSync(home)).toEqual([])
    },
  )

  it('of a venue that is not there is a usage error', async () => {
    expect(await run(['demo', '--venue', 'nowhere'])).toMatchObject({ exit: 64, stdout: '' })
  })
})
