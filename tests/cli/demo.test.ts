import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
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
