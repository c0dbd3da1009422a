import { describe, expect, it } from 'vitest'
import { exitCodeOf, type ErrorCode, type Result } from '../../shared/errors.ts'
import type { DeviceModel } from '../../shared/device/models.ts'
import { failureOf, type ErrorContext } from '../../electron/device/status.ts'
import { agent } from '../support/agent.ts'
import { firstPath, ledgerOver, named, scriptedAddress, scriptedApp, status } from './support.ts'

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

type Row = readonly [word: number, code: ErrorCode, sentence: RegExp, next: RegExp, exit: number]

const statusWords: readonly Row[] = [
  [0x5515, 'device.locked', /is locked/, /PIN.*prepared request is kept/, 6],
  [0x6982, 'device.locked', /is locked/, /PIN/, 6],
  [0x6b0c, 'device.locked', /is locked/, /PIN/, 6],
  [0x6804, 'device.locked', /is locked/, /PIN/, 6],
  [0x6511, 'device.noApp', /home screen/, /Open the Ethereum app/, 4],
  [0x6d02, 'device.noApp', /home screen/, /Open the Ethereum app/, 4],
  [0x6e00, 'device.wrongApp', /another app open/, /open the Ethereum app/, 4],
  [0x6d00, 'device.wrongApp', /another app open/, /open the Ethereum app/, 4],
  [0x6a86, 'device.wrongApp', /another app open/, /open the Ethereum app/, 4],
  [0x6985, 'device.rejected', /You rejected it.*Nothing was signed/, /Sign again/, 2],
  [0x5501, 'device.rejected', /You rejected it/, /Sign again/, 2],
  [0x6a15, 'device.badPath', /44'\/60'\/0'\/0\/0/, /begins with 44'\/60'/, 1],
  [0x6a84, 'device.tooLarge', /too long/, /shorter/, 1],
  [0x6a00, 'device.refused', /0x6a00/, /prepared request is kept/, 5],
  [0x6f00, 'device.refused', /0x6f00/, /Close and open the Ethereum app/, 5],
  [0x6f42, 'device.refused', /0x6f42/, /Close and open the Ethereum app/, 5],
  [0x6faa, 'device.refused', /0x6faa/, /Close and open the Ethereum app/, 5],
  [0x6fff, 'device.refused', /0x6fff/, /Close and open the Ethereum app/, 5],
  [0x0001, 'device.refused', /0x0001/, /Close and open the Ethereum app/, 5],
]

const context: ErrorContext = { model: 'nanoSP', address: 'test', path: firstPath }

describe('status words', () => {
  it.each(statusWords)(
    '0x%s at the signature is %s, with its sentence and next step',
    async (word, ...row) => {
      const [code, sentence, next, exit] = row
      const app = scriptedApp({ instead: (apdu) => (apdu[1] === 0x0c ? status(word) : undefined) })
      const result = await ledgerOver(app).signTypedData(firstPath, agent, scriptedAddress)
      if (result.ok) throw new Error('signed')
      expect(result.error).toMatchObject({ code, outcome: 'not-sent' })
      expect(result.error.message).toMatch(sentence)
      expect(result.error.next).toMatch(next)
      expect(exitCodeOf(code)).toBe(exit)
    },
  )

  it.each(statusWords)(
    '0x%s in answer to the very first question is told in the same words',
    async (word, code) => {
      const ledger = ledgerOver(scriptedApp({ instead: () => status(word) }))
      expect(codeOf(await ledger.app())).toBe(code)
    },
  )

  it.each<[DeviceModel, RegExp]>([
    ['nanoSP', /"Raw messages"/],
    ['nanoX', /"Raw messages"/],
    ['stax', /"Raw messages"/],
    ['flex', /"Raw messages"/],
  ])('0x6a80 while values are sent names the setting of a %s', async (model, advice) => {
    const app = scriptedApp({ instead: (apdu) => (apdu[1] === 0x1c ? status(0x6a80) : undefined) })
    const result = await ledgerOver(app, undefined, model).signTypedData(firstPath, agent, scriptedAddress)
    expect(codeOf(result)).toBe('device.settingOff')
    expect(result.ok ? '' : result.error.next).toMatch(advice)
    expect(exitCodeOf('device.settingOff')).toBe(5)
  })

  it('0x6a80 anywhere else is not blamed on a setting', async () => {
    const app = scriptedApp({
      instead: (apdu) => (apdu.toString('hex').startsWith('e01a00ff') ? status(0x6a80) : undefined),
    })
    const result = await ledgerOver(app).signTypedData(firstPath, agent, scriptedAddress)
    expect(codeOf(result)).toBe('device.refused')
    expect(codeOf(await ledgerOver(scriptedApp({ instead: () => status(0x6a80) })).app())).toBe(
      'device.refused',
    )
  })

  it('no sentence leaves a place unfilled', () => {
    for (const [word] of statusWords) {
      const { message, next } = failureOf(named('TransportStatusError', { statusCode: word }), context)
      expect(`${message} ${next}`).not.toMatch(/[{}]|undefined/)
    }
  })
})

describe('errors of the libraries, known by name alone', () => {
  it.each<[string, object, ErrorCode]>([
    ['DisconnectedDevice', {}, 'device.unplugged'],
    ['DisconnectedDeviceDuringOperation', {}, 'device.unplugged'],
    ['TransportRaceCondition', {}, 'device.busy'],
    ['TransportError', { id: 'TransportLocked' }, 'device.busy'],
    ['TransportExchangeTimeoutError', {}, 'device.busy'],
    ['TransportError', { id: 'InvalidChannel' }, 'device.inUse'],
    ['TransportError', { id: 'InvalidSequence' }, 'device.inUse'],
    ['TransportError', { id: 'InvalidTag' }, 'device.inUse'],
    ['CantOpenDevice', {}, 'device.inUse'],
    ['TransportError', { id: 'NoDevice' }, 'device.none'],
    ['TransportError', { id: 'NoDeviceFound' }, 'device.none'],
    ['TransportError', { id: 'ListenTimeout' }, 'device.none'],
    ['LockedDeviceError', {}, 'device.locked'],
    ['LockedDeviceError', { statusCode: 0x5515 }, 'device.locked'],
    ['UserRefusedOnDevice', {}, 'device.rejected'],
    ['UserRefusedAddress', {}, 'device.rejected'],
    ['AxiosError', { code: 'ECONNREFUSED' }, 'device.unreachable'],
    ['Error', { code: 'ECONNRESET' }, 'device.unreachable'],
    ['TransportError', { id: 'SomethingNew' }, 'device.protocol'],
    ['TypeError', {}, 'device.protocol'],
  ])('%s %o is %s', (name, more, code) => {
    expect(failureOf(named(name, more), context).code).toBe(code)
  })

  it.each([undefined, null, 'text', 7])('survives a thrown %s', (thrown) => {
    expect(failureOf(thrown, context).code).toBe('device.protocol')
  })

  it.each(['DisconnectedDevice', 'DisconnectedDeviceDuringOperation'])(
    'closes the handle after %s, so that the next try opens a new one',
    async (name) => {
      const app = scriptedApp({
        instead: (apdu) => (apdu[1] === 0x0c ? Promise.reject(named(name)) : undefined),
      })
      const ledger = ledgerOver(app)
      expect(codeOf(await ledger.signTypedData(firstPath, agent, scriptedAddress))).toBe('device.unplugged')
      expect(app.witness).toMatchObject({ closed: 1, released: 1 })
      expect(codeOf(await ledger.app())).toBe('device.unplugged')
    },
  )
})
