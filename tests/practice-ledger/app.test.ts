import { describe, expect, it } from 'vitest'
import {
  PracticeDisconnected,
  PracticeLedger,
  PracticeSuperseded,
} from '../../electron/device/practice/practice-ledger.ts'
import { streamCommands } from '../../shared/device/eip712-commands.ts'
import type { StreamCommand } from '../../shared/device/eip712-session.ts'
import { agent } from '../support/agent.ts'
import { answerAll, firstPath, firstPathHex, openEth, send } from './support.ts'

const raw = { rawMessages: true }
const reset = 'e01a000100'

const byte = (value: number): string => value.toString(16).padStart(2, '0')

const apduOf = ({ kind, p1, p2, data }: StreamCommand): string =>
  `e0${kind === 'define' ? '1a' : '1c'}${byte(p1)}${byte(p2)}${byte(data.length)}${Buffer.from(data).toString('hex')}`

const agentApdus = streamCommands(agent).map(apduOf)

/** Sends the first `count` commands of the Agent flow; the last answer. */
async function stream(ledger: PracticeLedger, count = agentApdus.length): Promise<string> {
  let last = ''
  for (const apdu of agentApdus.slice(0, count)) last = await send(ledger, apdu)
  return last
}

const signAgent = `e00c000115${firstPathHex}`
const getAddress = `e002000015${firstPathHex}`
const showAddress = `e002010015${firstPathHex}`
const hi = `e00800001b${firstPathHex}000000026869`

/** A practice Ledger with a question about Agent on its screen, and how that ends. */
async function asking(): Promise<{ ledger: PracticeLedger; ended: Promise<unknown> }> {
  const ledger = new PracticeLedger({ model: 'nanoSP', settings: raw })
  await stream(ledger)
  const ended = send(ledger, signAgent).catch((error: unknown) => error)
  expect(ledger.asking).toBe(true)
  return { ledger, ended }
}

describe('a locked or unplugged device', () => {
  it('answers 0x5515 to everything until it is unlocked', async () => {
    const ledger = new PracticeLedger({ model: 'stax', locked: true })
    expect(await send(ledger, 'b001000000')).toBe('5515')
    expect(await send(ledger, getAddress)).toBe('5515')
    ledger.unlock()
    expect(await send(ledger, getAddress)).toMatch(/9000$/)
  })

  it('keeps a question open behind the lock', async () => {
    const { ledger, ended } = await asking()
    ledger.lock()
    expect(ledger.press('both')).toBe(false)
    expect(() => ledger.approve()).toThrow('locked')
    ledger.unlock()
    ledger.approve()
    expect(await ended).toMatch(/9000$/)
  })

  it('fails what is pending when the cable is pulled, and works again afterwards', async () => {
    const { ledger, ended } = await asking()
    ledger.unplug()
    expect(await ended).toBeInstanceOf(PracticeDisconnected)
    await expect(send(ledger, getAddress)).rejects.toBeInstanceOf(PracticeDisconnected)
    ledger.plug()
    expect(await send(ledger, getAddress)).toBe('6511')
    ledger.openApp('Ethereum')
    expect(await send(ledger, getAddress)).toMatch(/9000$/)
  })

  it('is told by the names that HID transports use', async () => {
    const { ledger } = await asking()
    const pending = openEth(ledger).getAddress(firstPath, true)
    await expect(pending).rejects.toMatchObject({ name: 'DisconnectedDeviceDuringOperation' })
    ledger.unplug()
    await expect(openEth(ledger).getAddress(firstPath)).rejects.toMatchObject({ name: 'DisconnectedDevice' })
  })
})

describe('other apps', () => {
  it('the home screen says BOLOS and answers nothing of the Ethereum app', async () => {
    const ledger = new PracticeLedger({ model: 'nanoX' })
    ledger.openApp('BOLOS')
    const name = Buffer.from(await send(ledger, 'b001000000'), 'hex')
    expect(name.subarray(2, 2 + (name[1] ?? 0)).toString()).toBe('BOLOS')
    expect(await send(ledger, getAddress)).toBe('6511')
  })

  it('B0 A7 leaves the app', async () => {
    const ledger = new PracticeLedger({ model: 'nanoSP' })
    expect(await send(ledger, 'b0a7000000')).toBe('9000')
    expect(ledger.app.name).toBe('BOLOS')
  })

  it('B0 A7 during a question loses it', async () => {
    const { ledger, ended } = await asking()
    expect(await send(ledger, 'b0a7000000')).toBe('9000')
    expect(await ended).toBeInstanceOf(PracticeDisconnected)
  })
})

describe('while a question is on the screen', () => {
  it.each(['b001000000', 'e006000000'])('%s is harmless', async (apdu) => {
    const { ledger, ended } = await asking()
    expect(await send(ledger, apdu)).toMatch(/9000$/)
    ledger.approve()
    expect(await ended).toMatch(/9000$/)
  })

  it.each([getAddress, showAddress, agentApdus[0] ?? '', agentApdus[1] ?? ''])(
    '%s makes the app exit',
    async (apdu) => {
      const { ledger, ended } = await asking()
      await expect(send(ledger, apdu)).rejects.toBeInstanceOf(PracticeDisconnected)
      expect(await ended).toBeInstanceOf(PracticeDisconnected)
      expect(ledger.app.name).toBe('BOLOS')
      expect(ledger.asking).toBe(false)
    },
  )

  it('the reset command takes it off the screen, and the next flow works', async () => {
    const { ledger, ended } = await asking()
    expect(await send(ledger, reset)).toBe('6a00')
    expect(await ended).toBeInstanceOf(PracticeSuperseded)
    expect(ledger.screen.lines).toEqual(['Ethereum', 'app is ready'])
    answerAll(ledger)
    expect((await openEth(ledger).signEIP712Message(firstPath, agent)).v).toBe(28)
  })

  it('an unknown command spoils it: approving is answered like rejecting', async () => {
    const { ledger, ended } = await asking()
    expect(await send(ledger, 'e0fe000000')).toBe('6d00')
    ledger.approve()
    expect(await ended).toBe('6985')
  })

  it('a personal message is refused and takes the question off the screen', async () => {
    const { ledger, ended } = await asking()
    expect(await send(ledger, hi)).toBe('6980')
    expect(await ended).toBeInstanceOf(PracticeSuperseded)
  })
})

const definedAgent = async (): Promise<PracticeLedger> => {
  const ledger = new PracticeLedger({ model: 'stax', settings: raw })
  await stream(ledger, 8)
  return ledger
}

describe('interrupted flows', () => {
  it('a command that resets the app in the middle makes the signing command fail', async () => {
    const ledger = new PracticeLedger({ model: 'nanoSP', settings: raw })
    await stream(ledger, agentApdus.length - 1)
    await send(ledger, getAddress)
    expect(await send(ledger, agentApdus.at(-1) ?? '')).toBe('9000')
    expect(await send(ledger, signAgent)).toBe('6a80')
  })

  it('signing before the last value is refused', async () => {
    const ledger = new PracticeLedger({ model: 'stax', settings: raw })
    await stream(ledger, agentApdus.length - 1)
    expect(await send(ledger, signAgent)).toBe('6a80')
    expect(await send(ledger, signAgent)).toBe('6980')
  })

  it('the same root twice, the message before the domain, and a third root are refused', async () => {
    const rootDomain = 'e01c00000c454950373132446f6d61696e'
    const rootAgent = 'e01c0000054167656e74'
    const twice = await definedAgent()
    expect(await send(twice, rootDomain)).toBe('9000')
    expect(await send(twice, rootDomain)).toBe('6a00')
    const early = await definedAgent()
    expect(await send(early, rootAgent)).toBe('6a00')
    const third = await definedAgent()
    expect(await send(third, rootDomain)).toBe('9000')
    expect(await send(third, rootAgent)).toBe('9000')
    expect(await send(third, rootDomain)).toBe('6a00')
  })

  it('a value in front of everything, an array where none is due, and a wrong P2 are refused', async () => {
    const ledger = new PracticeLedger({ model: 'nanoSP', settings: raw })
    expect(await send(ledger, 'e01c00ff03000161')).toBe('6980')
    await stream(ledger, 9)
    expect(await send(ledger, 'e01c000f0101')).toBe('6a80')
    await stream(ledger, 9)
    expect(await send(ledger, 'e01c00330101')).toBe('6b00')
  })

  it('a personal message in the middle of shown typed data is refused', async () => {
    const ledger = new PracticeLedger({ model: 'nanoSP', settings: raw })
    await stream(ledger, 12)
    expect(await send(ledger, hi)).toBe('6980')
  })
})

describe('filters that Ledger signs', () => {
  const activate = 'e01e010000'
  it('need a flow', async () => {
    expect(await send(new PracticeLedger({ model: 'nanoSP' }), activate)).toBe('6980')
  })

  it('are ignored with "Raw messages" on', async () => {
    const ledger = new PracticeLedger({ model: 'nanoSP', settings: raw })
    await stream(ledger, 8)
    expect(await send(ledger, activate)).toBe('9000')
    expect(await send(ledger, 'e01e00ff0100')).toBe('9000')
    expect(await send(ledger, agentApdus[8] ?? '')).toBe('9000')
  })

  it('are asked for otherwise: an unchecked one is refused, and none at all when signing', async () => {
    const ledger = new PracticeLedger({ model: 'stax' })
    await stream(ledger, 8)
    expect(await send(ledger, activate)).toBe('9000')
    expect(await send(ledger, 'e01e000f0100')).toBe('6a80')
    await stream(ledger, 8)
    await send(ledger, activate)
    for (const apdu of agentApdus.slice(8)) expect(await send(ledger, apdu)).toBe('9000')
    expect(await send(ledger, signAgent)).toBe('6a88')
  })
})

const signMessage = (ledger: PracticeLedger, message: Buffer) => {
  answerAll(ledger)
  return openEth(ledger).signPersonalMessage(firstPath, message.toString('hex'))
}

describe('personal messages', () => {
  it.each([7000, 7652])('%d characters of text work', async (length) => {
    const signature = await signMessage(new PracticeLedger({ model: 'nanoSP' }), Buffer.alloc(length, 'x'))
    expect([27, 28]).toContain(signature.v)
  })

  it.each([7653, 9000, 15_000])('%d characters are too many', async (length) => {
    const ledger = new PracticeLedger({ model: 'stax' })
    await expect(signMessage(ledger, Buffer.alloc(length, 'x'))).rejects.toMatchObject({ statusCode: 0x6a84 })
    expect((await signMessage(ledger, Buffer.from('and then it works again'))).r).toHaveLength(64)
  })

  it('bytes that are not text take twice the room', async () => {
    const ledger = new PracticeLedger({ model: 'nanoSP' })
    await expect(signMessage(ledger, Buffer.alloc(5200, 0x80))).rejects.toMatchObject({ statusCode: 0x6a84 })
  })

  it('more data than announced, a continuation of nothing and a wrong P1 are refused', async () => {
    const ledger = new PracticeLedger({ model: 'nanoSP' })
    expect(await send(ledger, `e00800001c${firstPathHex}00000002686969`)).toBe('6a80')
    expect(await send(ledger, 'e0088000026869')).toBe('6a80')
    expect(await send(ledger, 'e0080100026869')).toBe('6b00')
  })
})

const answered = async (hex: string): Promise<string> => send(new PracticeLedger({ model: 'nanoSP' }), hex)

describe('addresses', () => {
  it("takes paths that begin with 44'/60' or 45', and no others", async () => {
    expect(await answered('e00200000d038000002c8000003c80000000')).toMatch(/9000$/)
    expect(await answered('e002000009028000002d80000000')).toMatch(/9000$/)
    expect(await answered('e002000009028000002c80000001')).toBe('6a15')
    expect(await answered('e00200000100')).toBe('6a80')
    expect(await answered('e002000005020000002c')).toBe('6a80')
  })

  it('returns the chain code when asked, and refuses other parameters', async () => {
    expect((await answered(`e002000115${firstPathHex}`)).length).toBe(2 * (1 + 65 + 1 + 40 + 32 + 2))
    expect(await answered(`e002020015${firstPathHex}`)).toBe('6b00')
    expect(await answered(`e002000215${firstPathHex}`)).toBe('6b00')
  })

  it.each([
    ['0000000000000001', ['Verify Ethereum', 'address']],
    ['0000000000000089', ['Verify Polygon', 'address']],
    ['0000000000000539', ['Verify address']],
  ])('shows the network of chain id %s', (chainId, lines) => {
    const ledger = new PracticeLedger({ model: 'nanoSP' })
    void send(ledger, `e00201001d${firstPathHex}${chainId}`)
    expect(ledger.screen.lines).toEqual(lines)
  })
})

const hashed = (p1: string): string => `e00c${p1}0055${firstPathHex}${'11'.repeat(32)}${'22'.repeat(32)}`

describe('hashed typed data', () => {
  it('needs "Blind signing", whatever else is on', async () => {
    const ledger = new PracticeLedger({
      model: 'stax',
      settings: { rawMessages: true, transactionHash: true },
    })
    expect(await send(ledger, hashed('00'))).toBe('6a80')
    expect(ledger.screen.lines[0]).toBe('This transaction ')
    ledger.input('tap Reject transaction')
    expect(ledger.screen.lines[0]).toBe('Ethereum')
  })

  it('is rejected as a transaction', async () => {
    const ledger = new PracticeLedger({ model: 'nanoSP', settings: { blindSigning: true } })
    const seen: string[] = []
    ledger.onScreen(({ lines }) => seen.push(lines.join()))
    const answer = send(ledger, hashed('00'))
    ledger.reject()
    expect(await answer).toBe('6985')
    expect(seen.slice(-3)).toEqual(['Sign message', 'Reject transaction', 'Message rejected'])
    expect(await send(ledger, hashed('01'))).toBe('6b00')
  })
})
