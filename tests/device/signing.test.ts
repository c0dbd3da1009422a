import { describe, expect, it } from 'vitest'
import { hashMessage } from 'viem'
import type { Result } from '../../shared/errors.ts'
import { agent } from '../support/agent.ts'
import {
  firstPath,
  ledgerOver,
  runningApp,
  scriptedAddress,
  scriptedApp,
  testAddresses,
  type AppScript,
} from './support.ts'
import { attack } from '../support/proven.ts'

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

const sign = (script: AppScript) =>
  ledgerOver(scriptedApp(script)).signTypedData(firstPath, agent, scriptedAddress)

const word = (bytes: Buffer, at: number): bigint => BigInt(`0x${bytes.subarray(at, at + 32).toString('hex')}`)

const withWord = (bytes: Buffer, at: number, value: bigint): Buffer => {
  const copy = Buffer.from(bytes)
  copy.write(value.toString(16).padStart(64, '0'), at, 'hex')
  return copy
}

const withV = (v: (v: number) => number) => (bytes: Buffer) => {
  const copy = Buffer.from(bytes)
  copy[0] = v(copy[0] ?? 0)
  return copy
}

describe('a signature is kept only if it is right', () => {
  it('keeps a signature by the expected signer, with r and s of 32 bytes and v 27 or 28', async () => {
    const result = await sign({})
    if (!result.ok) throw new Error(result.error.message)
    expect(result.value.r).toMatch(/^0x[0-9a-f]{64}$/)
    expect(result.value.s).toMatch(/^0x[0-9a-f]{64}$/)
    expect([27, 28]).toContain(result.value.v)
  })

  it('turns v 0 or 1 into 27 or 28', async () => {
    const plain = await sign({})
    const bare = await sign({ forge: withV((v) => v - 27) })
    expect(bare).toEqual(plain)
  })

  it.each([
    ['v 5', withV(() => 5)],
    ['v 29', withV(() => 29)],
    ['v 2', withV(() => 2)],
    ['the other v, which recovers another address', withV((v) => 55 - v)],
    [
      'a high s, though it recovers the same signer',
      (bytes: Buffer) => withV((v) => 55 - v)(withWord(bytes, 33, order - word(bytes, 33))),
    ],
    ['r of zero', (bytes: Buffer) => withWord(bytes, 1, 0n)],
    ['s of zero', (bytes: Buffer) => withWord(bytes, 33, 0n)],
    ['s of the curve order', (bytes: Buffer) => withWord(bytes, 33, order)],
    ['r that is on no curve point', (bytes: Buffer) => withWord(bytes, 1, order - 1n)],
    ['an answer cut short', (bytes: Buffer) => bytes.subarray(0, 40)],
  ])('throws away %s', async (_, forge) => {
    expect(codeOf(await sign({ forge }))).toBe('device.badSignature')
  })

  attack(
    'device',
    'gives a signature over another digest, such as that of the request before',
    'thrown away with device.badSignature',
    async () => {
      const result = await sign({ digest: `0x${'11'.repeat(32)}` })
      expect(codeOf(result)).toBe('device.badSignature')
    },
  )

  it('checks a personal message in the same way', async () => {
    const message = Buffer.from('Countersign approval')
    const digest = hashMessage({ raw: message })
    const good = await ledgerOver(scriptedApp({ digest })).signPersonalMessage(
      firstPath,
      message,
      scriptedAddress,
    )
    const bad = await ledgerOver(scriptedApp()).signPersonalMessage(firstPath, message, scriptedAddress)
    expect([codeOf(good), codeOf(bad)]).toEqual(['ok', 'device.badSignature'])
  })

  attack(
    'device',
    'holds another address at the path of the account',
    'it is not asked for a signature: device.notThisOne',
    async () => {
      const app = scriptedApp()
      const result = await ledgerOver(app).signTypedData(firstPath, agent, testAddresses[0])
      expect(codeOf(result)).toBe('device.notThisOne')
      expect(app.witness.apdus.some((apdu) => /^e0(1c|0c)/.test(apdu))).toBe(false)
    },
  )
})

const answersApp = (name: string, version: string) => (apdu: Buffer) =>
  apdu[0] === 0xb0 ? runningApp(name, version) : undefined

describe('what is sent before a signature', () => {
  it('asks for the app, resets an interrupted flow and reads the address before the first definition', async () => {
    const app = scriptedApp()
    await ledgerOver(app).signTypedData(firstPath, agent, scriptedAddress)
    expect(app.witness.apdus.slice(0, 5).map((apdu) => apdu.slice(0, 8))).toEqual([
      'b0010000',
      'e01a0001',
      'e0020000',
      'b0010000',
      'e01a0000',
    ])
  })

  it('never asks for a hash-only (v0) signature', async () => {
    const app = scriptedApp()
    await ledgerOver(app).signTypedData(firstPath, agent, scriptedAddress)
    expect(app.witness.apdus.filter((apdu) => apdu.startsWith('e00c'))).toEqual([
      expect.stringMatching(/^e00c0001/),
    ])
  })

  it.each([
    ["44'/0'/0'/0/0"],
    ["44'/60"],
    ["m/44'/60'/0'/0/0"],
    ["44'/60'/0'/0/"],
    ["44'/60'/2147483648"],
    ["44'/600'/0'/0/0"],
    ["44'/60'/0h/0"],
    ["49'/60'/0'/0/0"],
    [''],
    ["44'/60'/0/1/2/3/4/5/6/7/8"],
  ])('sends nothing for the path "%s"', async (path) => {
    const app = scriptedApp()
    const ledger = ledgerOver(app)
    const results = [
      await ledger.address(path),
      await ledger.signTypedData(path, agent, scriptedAddress),
      await ledger.signPersonalMessage(path, Buffer.from('x'), scriptedAddress),
    ]
    expect(results.map(codeOf)).toEqual(Array(3).fill('device.badPath'))
    expect(app.witness.apdus).toEqual([])
  })

  it.each([["44'/60'/0'/0/7"], ["44'/60'/7'"], ["45'/0/1"]])('takes the path "%s"', async (path) => {
    expect(codeOf(await ledgerOver(scriptedApp()).address(path))).toBe('ok')
  })

  it.each([
    ['Ethereum', '1.22.0', 'ok'],
    ['Ethereum', '1.22.1', 'ok'],
    ['Ethereum', '2.0.0', 'ok'],
    ['Ethereum', '1.21.9', 'device.appTooOld'],
    ['Ethereum', '1.9.0', 'device.appTooOld'],
    ['Ethereum', '1.22.0-rc1', 'device.appTooOld'],
    ['Ethereum', '', 'device.appTooOld'],
    ['Bitcoin', '2.4.6', 'device.wrongApp'],
    ['Ethereum Classic', '1.22.0', 'device.wrongApp'],
    ['BOLOS', '1.6.0', 'device.noApp'],
    ['OLOS\0', '1.5.5', 'device.noApp'],
  ])('takes the app %s %s for %s, in every operation', async (name, version, expected) => {
    const app = scriptedApp({ instead: answersApp(name, version) })
    const ledger = ledgerOver(app)
    const results = [
      await ledger.app(),
      await ledger.address(firstPath),
      await ledger.address(firstPath, { display: true }),
      await ledger.signTypedData(firstPath, agent, scriptedAddress),
    ]
    expect(results.map(codeOf)).toEqual(Array(4).fill(expected))
    if (expected !== 'ok') expect(new Set(app.witness.apdus)).toEqual(new Set(['b001000000']))
  })

  it('tells the owner of a first Nano S that its app gets no more updates', async () => {
    const app = scriptedApp({ instead: answersApp('Ethereum', '1.9.20') })
    const result = await ledgerOver(app, undefined, 'nanoS').app()
    expect(codeOf(result)).toBe('device.modelTooOld')
  })

  it('names the app that is open', async () => {
    const result = await ledgerOver(scriptedApp({ instead: answersApp('Bitcoin', '2.4.6') })).app()
    expect(result.ok ? '' : result.error.message).toBe(
      'The Ledger has the app "Bitcoin" open, not the Ethereum app.',
    )
  })

  it.each([['', '01', '0108457468', '0208457468657265756d06312e32322e30']])(
    'does not guess the app from the answer "%s"',
    async (hex) => {
      const answer = Buffer.from(`${hex}9000`, 'hex')
      const result = await ledgerOver(scriptedApp({ instead: () => answer })).app()
      expect(codeOf(result)).toBe('device.protocol')
    },
  )
})
