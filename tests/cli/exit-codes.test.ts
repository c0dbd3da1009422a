import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import { ownPort } from '../support/own-port.ts'
import {
  btcTo10,
  failing,
  ledgerHere,
  must,
  practice,
  practiceDesk,
  prepared,
  run,
  signedRequest,
  tempDir,
  venueHere,
  type Told,
} from './support.ts'

const stateOf = async (id: string, options: readonly string[]): Promise<string> =>
  (await must<Told>(['show', id, ...options])).request.state

describe('exit code 2: rejected on the Ledger', () => {
  it('an address, and then a request that can be signed afterwards', async () => {
    const options = practice(tempDir())
    const reject = ['--practice-answer', 'reject']
    expect(await failing(['accounts', 'add', 'treasury', ...options, ...reject])).toMatchObject({
      exit: 2,
      error: { code: 'device.rejected', outcome: 'not-sent' },
    })
    expect(await must(['accounts', ...options])).toEqual({ accounts: [] })
    await must(['accounts', 'add', 'treasury', ...options])
    const id = await prepared(options)
    expect(await failing(['sign', id, ...options, ...reject])).toMatchObject({
      exit: 2,
      error: { code: 'device.rejected', outcome: 'not-sent' },
    })
    expect(await stateOf(id, options)).toBe('approved')
    expect(await must(['sign', id, ...options])).toMatchObject({ request: { state: 'signed' } })
  })
})

describe('exit code 3: no usable Ledger', () => {
  it('none is connected by USB: said at once, with what to do', async () => {
    const data = ['--data', tempDir()]
    for (const args of [['devices'], ['accounts', 'add', 'treasury']]) {
      const { exit, error } = await failing([...args, ...data])
      expect(exit).toBe(3)
      expect(['device.none', 'device.libraryMissing']).toContain(error.code)
      expect(error.next).toMatch(/Connect your Ledger by USB|apt-get install/)
    }
    const { exit, stderr } = await run(['devices', ...data])
    expect(exit).toBe(3)
    expect(stderr).toMatch(/Connect your Ledger by USB|apt-get install/)
  })

  it('the emulator that was named is not there', async () => {
    const options = practice(tempDir(), '--device', 'speculos:http://127.0.0.1:9')
    expect(await failing(['devices', ...options])).toMatchObject({
      exit: 3,
      error: { code: 'device.unreachable', next: expect.stringContaining('--device') },
    })
  })

  it("the one that is connected holds another key than the request's", async () => {
    const options = await practiceDesk()
    const id = await prepared(options)
    const { device } = await ledgerHere({
      mnemonic: 'test test test test test test test test test test test junk',
    })
    expect(await failing(['sign', id, ...options, ...device])).toMatchObject({
      exit: 3,
      error: { code: 'device.notThisOne' },
    })
    expect(await stateOf(id, options)).toBe('approved')
  })
})

describe('exit codes 4, 5 and 6: the Ledger is not ready', () => {
  const hindrances: readonly (readonly [
    exit: number,
    code: string,
    begin: (ledger: PracticeLedger) => void,
    end: (ledger: PracticeLedger) => void,
  ])[] = [
    [4, 'device.wrongApp', (ledger) => ledger.openApp('Bitcoin'), (ledger) => ledger.openApp('Ethereum')],
    [4, 'device.noApp', (ledger) => ledger.openApp('BOLOS'), (ledger) => ledger.openApp('Ethereum')],
    [
      5,
      'device.appTooOld',
      (ledger) => ledger.openApp('Ethereum', '1.9.0'),
      (ledger) => ledger.openApp('Ethereum'),
    ],
    [
      5,
      'device.settingOff',
      (ledger) => ledger.setSettings({ rawMessages: false }),
      (ledger) => ledger.setSettings({ rawMessages: true }),
    ],
    [6, 'device.locked', (ledger) => ledger.lock(), (ledger) => ledger.unlock()],
  ]

  it('each is told, and the same request is signed when all is well', async () => {
    const desk = await practiceDesk()
    const { ledger, device } = await ledgerHere()
    const options = [...desk, ...device]
    const id = await prepared(options)
    for (const [exit, code, begin, end] of hindrances) {
      begin(ledger)
      expect(await failing(['sign', id, ...options])).toMatchObject({
        exit,
        error: { code, outcome: 'not-sent' },
      })
      end(ledger)
    }
    ledger.onScreen(() => {
      if (ledger.asking) setImmediate(() => ledger.asking && ledger.approve())
    })
    expect(await must(['sign', id, ...options])).toMatchObject({ request: { state: 'signed' } })
  })
})

describe('exit code 7: the outcome is unknown', () => {
  it('until it is reconciled: applied, and sent once', async () => {
    const venue = await venueHere()
    const { options, id } = await signedRequest('--practice-venue', venue.url)
    venue.failNext('resetAfterApply')
    const { exit, error } = await failing(['submit', id, ...options])
    expect(exit).toBe(7)
    expect(error).toMatchObject({ code: 'answer.unknown', outcome: 'unknown' })
    expect(error.next).toMatch(
      new RegExp(`Do not send it again. Run "countersign reconcile ${id} --practice `),
    )
    expect(await failing(['submit', id, ...options])).toMatchObject({
      exit: 1,
      error: { code: 'request.wrongState', outcome: 'unknown' },
    })
    expect(await must(['reconcile', id, ...options])).toMatchObject({ request: { id, state: 'applied' } })
    expect(venue.applied).toHaveLength(1)
    expect(venue.requests.filter(({ target }) => target === 'submission')).toHaveLength(1)
  })

  it('while it can still be applied, and no other change of that market is prepared before', async () => {
    const venue = await venueHere()
    const { options, id } = await signedRequest('--practice-venue', venue.url)
    venue.failNext('500BeforeApply')
    expect(await failing(['submit', id, ...options])).toMatchObject({ exit: 7 })
    expect(await failing(['reconcile', id, ...options])).toMatchObject({
      exit: 7,
      error: { code: 'answer.stillUnknown', outcome: 'unknown' },
    })
    expect(await failing(['prepare', '--account', 'treasury', ...btcTo10, ...options])).toMatchObject({
      exit: 1,
      error: { code: 'request.unsettled' },
    })
    expect(venue.applied).toEqual([])
  })

  it('for people too, with the state of the request', async () => {
    const venue = await venueHere()
    const { options, id } = await signedRequest('--practice-venue', venue.url)
    venue.failNext('resetAfterApply')
    const { exit, stdout, stderr } = await run(['submit', id, ...options])
    expect(exit).toBe(7)
    expect(stdout).toBe(`Request ${id} is unknown.\n`)
    expect(stderr).toMatch(
      /^To be sent: BTC to 10x cross at .*\.\nIts digest: 0x[0-9a-f]{64}\nWe do not know yet whether the change was applied: .*\nDo not send it again\. /,
    )
  })
})

describe('exit code 1: refused, and 0 where nothing is wrong', () => {
  it('the venue refuses: what it says, that it was sent, and how the request stands', async () => {
    const venue = await venueHere()
    const options = await practiceDesk('--practice-venue', venue.url)
    const { request } = await must<Told>([
      'prepare',
      '--account',
      'treasury',
      '--market',
      'ETH',
      '--leverage',
      '2',
      '--isolated',
      ...options,
    ])
    await must(['sign', request.id, ...options])
    const ended = await run(['submit', request.id, ...options, '--json'])
    expect(ended.exit).toBe(1)
    expect(JSON.parse(ended.stdout)).toMatchObject({
      error: { code: 'answer.refused', outcome: 'sent' },
      request: { id: request.id, state: 'refused' },
    })
  })

  it('the venue cannot be reached: certainly not sent', async () => {
    const venue = await startPracticeVenue({ port: await ownPort() })
    const { options, id } = await signedRequest('--practice-venue', venue.url)
    await venue.close()
    expect(await failing(['submit', id, ...options])).toMatchObject({
      exit: 1,
      error: { code: 'answer.notSent', outcome: 'not-sent' },
    })
  })

  const refusals: readonly (readonly [what: string, args: readonly string[], code: string])[] = [
    [
      'an account that is not there',
      ['prepare', '--account', 'nobody', ...btcTo10],
      'request.unknownAccount',
    ],
    ['an account that is there already', ['accounts', 'add', 'Treasury'], 'request.duplicateAccount'],
    ['a name that cannot be', ['accounts', 'add', 'a/b'], 'input.badField'],
    ['an address that is none', ['accounts', 'add', 'other', '--vault', '0x12'], 'input.badField'],
    [
      'a path that the app does not sign with',
      ['accounts', 'add', 'other', '--path', '0/1'],
      'device.badPath',
    ],
    [
      'Compass on testnet',
      ['accounts', 'add', 'other', '--venue', 'compass', '--network', 'testnet'],
      'input.badField',
    ],
    [
      'a leverage that the market does not take',
      ['prepare', '--account', 'treasury', '--market', 'BTC', '--leverage', '41', '--cross'],
      'request.leverageOutOfRange',
    ],
    [
      'a setting that the venue does not have',
      ['accounts', 'add', 'other', '--set', 'pathPrefix=/v2/perpetual_trading'],
      'input.unknownField',
    ],
    ['a request that is not there', ['sign', '01M7WDD8A48V8CZKBBE3Y949R9'], 'request.unknown'],
  ]

  it('a margin mode that is not said, where the venue sets it along with the leverage', async () => {
    const options = await practiceDesk()
    const modeless = ['prepare', '--account', 'treasury', '--market', 'BTC', '--leverage', '10']
    expect(await failing([...modeless, ...options])).toMatchObject({
      exit: 64,
      error: { code: 'input.usage', message: 'Say which margin mode is meant: --cross or --isolated.' },
    })
  })

  it('what cannot be is told before anything is asked on the Ledger', async () => {
    const options = await practiceDesk('--practice-answer', 'none')
    for (const [what, args, code] of refusals) {
      expect(await failing([...args, ...options]), what).toMatchObject({
        exit: 1,
        error: { code, outcome: 'not-sent' },
      })
    }
  })

  it('a database that is none', async () => {
    const file = join(tempDir(), 'countersign.db')
    writeFileSync(file, 'no database')
    expect(await failing(['history', 'verify', file])).toMatchObject({ exit: 1 })
    expect(await failing(['accounts', '--data', join(file, '..')])).toMatchObject({
      exit: 1,
      error: { code: 'store.unusable' },
    })
  })
})

describe('practice and real things never mix', () => {
  it('a database is for one of the two', async () => {
    const [practiceDir, realDir] = [tempDir(), tempDir()]
    await must(['accounts', ...practice(practiceDir)])
    await must(['accounts', '--data', realDir])
    for (const args of [
      ['--data', practiceDir],
      ['--data', realDir, '--practice'],
    ]) {
      const { exit, error } = await failing(['accounts', ...args])
      expect({ exit, code: error.code }).toEqual({ exit: 1, code: 'store.practiceMixed' })
    }
    await must(['accounts', ...practice(practiceDir)])
  })

  it('without --data each has its own folder', async () => {
    const env = { XDG_DATA_HOME: tempDir() }
    await must(['accounts', 'add', 'treasury', '--practice'], { env })
    expect(await must(['accounts'], { env })).toEqual({ accounts: [] })
    expect(await must(['accounts', '--practice'], { env })).toMatchObject({
      accounts: [{ name: 'treasury' }],
    })
  })

  it.each([
    ['a real Ledger for practice', ['--practice', '--device', 'hid']],
    ['a named real Ledger for practice', ['--practice', '--device', 'hid:/dev/hidraw0']],
    ['a practice Ledger for real', ['--device', 'practice']],
    ['a practice venue for real', ['--practice-venue', 'http://127.0.0.1:9']],
    [
      'a practice venue that is not on this machine',
      ['--practice', '--practice-venue', 'https://example.com'],
    ],
    ['a device that is none', ['--device', 'trezor']],
  ])('%s is refused before anything is opened', async (_, args) => {
    const env = { XDG_DATA_HOME: join(tempDir(), 'none') }
    expect(await failing(['accounts', ...args], { env })).toMatchObject({
      exit: 64,
      error: { code: 'input.usage' },
    })
  })
})
