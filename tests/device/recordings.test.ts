import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import type { Ledger } from '../../electron/device/port.ts'
import {
  firstPath,
  ledgerOver,
  modelOfRecording,
  readRecording,
  replaying,
  testAddresses,
  type Recording,
} from './support.ts'

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

const apdusOf = (name: string) => readRecording(name).apdus.trimEnd()

const appIsOpen = '=> b001000000\n<= 0108457468657265756d06312e32322e3001009000'
const reset = apdusOf('nanosp-82d-reset-apdu-when-idle')
const address = apdusOf('nanosp-02-address-0')

/** What the device layer asks before an operation, as recorded, in front of the operation's own exchanges. */
const after = (operation: string): string => [appIsOpen, reset, address, operation.trimEnd()].join('\n')

const ledgerOn = (text: string, { facts }: Recording) => {
  const opened = replaying(text)
  return { ledger: ledgerOver(opened, undefined, modelOfRecording[facts.deviceModel]), opened }
}

const operate = (ledger: Ledger, { facts }: Recording): Promise<Result<unknown>> => {
  const path = facts.path ?? firstPath
  if (facts.typedData) return ledger.signTypedData(path, facts.typedData, testAddresses[0])
  return ledger.signPersonalMessage(path, Buffer.from(facts.messageHex ?? '', 'hex'), testAddresses[0])
}

const names = readdirSync(join(import.meta.dirname, '../data/ledger-transcripts'))
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))

const signatures = names.filter((name) => {
  const { operation } = readRecording(name).facts
  const signs = operation === 'signEIP712Message' || operation === 'signPersonalMessage'
  return signs && /-(1[0-2]|2\d|30|33|4[0-2]|50|69|79c|81c|82c)-/.test(name)
})

describe('recordings of the Ethereum app 1.22.0, through the device layer', () => {
  it('are there in numbers', () => {
    expect(signatures.length).toBeGreaterThanOrEqual(30)
  })

  it.each(signatures)('%s: the same APDUs, and the recorded signature or the rejection', async (name) => {
    const recording = readRecording(name)
    const { ledger, opened } = ledgerOn(after(recording.apdus), recording)
    const result = await operate(ledger, recording)
    const recorded = recording.facts.result
    if (recorded) {
      const { v, r, s } = recorded
      expect(result).toEqual({ ok: true, value: { v, r: `0x${r}`, s: `0x${s}` } })
    } else expect(codeOf(result)).toBe('device.rejected')
    opened.ensureUsedUp()
  })

  it.each([
    'nanosp-07-eip712-hl-settings-off',
    'nanox-07-eip712-hl-settings-off',
    'stax-07-eip712-hl-settings-off',
    'nanosp-08-eip712-approval-settings-off',
  ])('%s: the setting to switch on', async (name) => {
    const recording = readRecording(name)
    const { ledger, opened } = ledgerOn(after(recording.apdus), recording)
    const result = await operate(ledger, recording)
    expect(codeOf(result)).toBe('device.settingOff')
    expect(result.ok ? '' : result.error.next).toContain('Raw messages')
    opened.ensureUsedUp()
  })

  it.each(['nanosp-77-string-253-bytes', 'nanosp-77-string-508-bytes'])('%s: signed', async (name) => {
    const recording = readRecording(name)
    const { ledger, opened } = ledgerOn(after(recording.apdus), recording)
    expect(codeOf(await operate(ledger, recording))).toBe('ok')
    opened.ensureUsedUp()
  })

  it.each([
    ['nanosp-71-address-bad-19-bytes'],
    ['nanosp-72-uint8-overflow'],
    ['nanosp-73-bytes32-short'],
    ['nanosp-74-bool-2'],
    ['nanosp-75-missing-struct-type'],
    ['nanosp-76-field-missing-in-message'],
    ['nanosp-77-string-254-bytes'],
    ['nanosp-77-string-510-bytes'],
  ])('%s: reached the device when it was recorded, and is refused before it here', async (name) => {
    const recording = readRecording(name)
    const { ledger, opened } = ledgerOn(recording.apdus, recording)
    const result = await operate(ledger, recording)
    expect(codeOf(result)).toBe('device.cannotSign')
    expect(opened.witness.apdus).toEqual([])
  })

  it.each(['nanosp-31-eip712-wrong-path-raw', 'stax-31-eip712-wrong-path-raw'])(
    '%s: crashed the app after the approval, and is refused before it here',
    async (name) => {
      const recording = readRecording(name)
      const { ledger, opened } = ledgerOn(recording.apdus, recording)
      expect(codeOf(await operate(ledger, recording))).toBe('device.badPath')
      expect(opened.witness.apdus).toEqual([])
    },
  )

  it.each(['nanosp', 'stax'])('%s: reads and shows addresses', async (model) => {
    const shown = [appIsOpen, reset, address]
    const second = readRecording(`${model}-03-address-1`)
    const approve = ledgerOn([...shown, apdusOf(`${model}-04-address-0-display-approve`)].join('\n'), second)
    expect(await approve.ledger.address(firstPath, { display: true })).toEqual({
      ok: true,
      value: testAddresses[0],
    })
    const reject = ledgerOn([...shown, apdusOf(`${model}-05-address-0-display-reject`)].join('\n'), second)
    expect(codeOf(await reject.ledger.address(firstPath, { display: true }))).toBe('device.rejected')
    const quiet = ledgerOn([appIsOpen, reset, second.apdus].join('\n'), second)
    expect(await quiet.ledger.address(second.facts.path ?? '')).toEqual({ ok: true, value: testAddresses[1] })
  })

  it.each(['nanosp', 'stax'])('%s: locked', async (model) => {
    const recording = readRecording(`${model}-14-locked-eip712`)
    const { ledger } = ledgerOn(recording.apdus, recording)
    expect(codeOf(await operate(ledger, recording))).toBe('device.locked')
  })

  it.each([
    ['nanosp-90-wrong-app-bitcoin-testnet-2.4.6-getAppAndVersion', 'Bitcoin Test'],
    ['nanosp-90-wrong-app-boilerplate-2.3.1-getAppAndVersion', 'Boilerplate'],
  ])('%s: names the app', async (name, app) => {
    const ledger = ledgerOver(replaying(readRecording(name).apdus))
    const result = await ledger.app()
    expect(codeOf(result)).toBe('device.wrongApp')
    expect(result.ok ? '' : result.error.message).toContain(`"${app}"`)
  })

  it('the reset clears what a dead host left: with it the retry signs that fails without', async () => {
    const recording = readRecording('nanosp-82c-sign-after-reset')
    const interrupted = apdusOf('nanosp-82b-reset-apdu')
    const text = [appIsOpen, interrupted, address, recording.apdus].join('\n')
    const { ledger, opened } = ledgerOn(text, recording)
    expect(codeOf(await operate(ledger, recording))).toBe('ok')
    opened.ensureUsedUp()
  })
})
