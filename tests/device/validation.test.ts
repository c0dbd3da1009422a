import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkForDevice, losesBytes } from '../../shared/eip712/device-checks.ts'
import { hashTypedData, type TypedData } from '../../shared/eip712/typed-data.ts'
import { loadEth, loadTransport } from '../../electron/device/ledgerjs.ts'
import { agent } from '../support/agent.ts'
import { firstPath, ledgerOver, scriptedAddress, scriptedApp, withField } from './support.ts'

const fieldOf = (input: unknown): string | undefined => {
  const result = checkForDevice(input)
  return result.ok ? undefined : result.error.field
}

const domainOf = (name: string, type: string) => ({ ...agent.types, EIP712Domain: [{ name, type }] })

const inner = { Inner: [{ name: 'a', type: 'uint8' }] }

describe('typed data is checked before it goes to a device', () => {
  it('takes what Hyperliquid has signed: Agent, and a type with a colon in its name', () => {
    expect(fieldOf(agent)).toBeUndefined()
    const name = 'HyperliquidTransaction:ApproveAgent'
    const { EIP712Domain } = agent.types
    const types = { EIP712Domain, [name]: [{ name: 'nonce', type: 'uint64' }] }
    expect(fieldOf({ ...agent, types, primaryType: name, message: { nonce: 1785700000000 } })).toBeUndefined()
  })

  it.each<[string, unknown, object?]>([
    ['uint8', 255],
    ['uint8', '0'],
    ['uint256', (2n ** 256n - 1n).toString()],
    ['int8', -128],
    ['int256', (-(2n ** 255n)).toString()],
    ['bytes1', '0xff'],
    ['bytes32', `0x${'ab'.repeat(32)}`],
    ['bytes', '0x'],
    ['bool', false],
    ['string', ''],
    ['string', 'ä€😀\n'],
    ['address', '0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d'],
    ['address', '0xDad77910DbDFdE764fC21FCD4E74D71bBACA6D8D'],
    ['uint8[]', []],
    ['uint8[2][]', [[1, 2]]],
    ['Inner[]', [{ a: 1 }], inner],
  ])('takes %s %o', (type, value, more) => {
    expect(fieldOf(withField(type, value, more))).toBeUndefined()
  })

  it.each<[string, unknown, string?, object?]>([
    ['uint8', 256],
    ['uint8', -1],
    ['uint8', 1.5],
    ['uint8', '1e1'],
    ['uint8', '01'],
    ['uint8', '0x01'],
    ['uint8', ''],
    ['uint8', null],
    ['uint8', true],
    ['uint64', 2 ** 53],
    ['uint256', (2n ** 256n).toString()],
    ['int8', 128],
    ['int8', -129],
    ['int8', '-0'],
    ['bytes32', `0x${'ab'.repeat(31)}`],
    ['bytes32', `0x${'ab'.repeat(33)}`],
    ['bytes4', 'abcdabcd'],
    ['bytes', '0xabc'],
    ['bytes', 'text'],
    ['bool', 2],
    ['bool', 1],
    ['bool', 'true'],
    ['string', 7],
    ['string', 'half \ud83d'],
    ['string', 'shown\0hidden'],
    ['address', `0x${'11'.repeat(19)}`],
    ['address', '0xdad77910DbDFdE764fC21FCD4E74D71bBACA6D8D'],
    ['uint8[]', 'not a list'],
    ['uint8[2]', [1]],
    ['uint8[2]', [1, 2, 3]],
    ['uint8[]', [1, 256], 'message.value[1]'],
    ['uint8[2][]', [[1, 2], [3]], 'message.value[1]'],
    ['uint8[]', Array(256).fill(1)],
    ['Inner', { a: 1, b: 2 }, 'message.value.b', inner],
    ['Inner', {}, 'message.value.a', inner],
    ['Inner', [1], 'message.value', inner],
    ['Inner[]', [{ a: 1 }, { a: 999 }], 'message.value[1].a', inner],
  ])('refuses %s %o and names the field', (type, value, field = 'message.value', more = {}) => {
    expect(fieldOf(withField(type, value, more))).toBe(field)
  })

  it.each([
    ['uint'],
    ['int'],
    ['uint7'],
    ['uint264'],
    ['uint08'],
    ['bytes0'],
    ['bytes33'],
    ['Uint8'],
    ['Missing'],
    ['uint8[0]'],
    ['uint8[256]'],
    ['uint8[-1]'],
    ['uint8[][x]'],
    ['uint8 '],
    ['EIP712Domain'],
    [''],
  ])('refuses the type "%s"', (type) => {
    expect(fieldOf(withField(type, 1))).toBe('types.Note.value')
  })

  it.each([
    ['Point3'],
    ['Mybytes32'],
    ['Custom'],
    ['Address'],
    ['BOOL'],
    ['uint8'],
    ['Äpfel'],
    ['a-b'],
    ['__proto__'],
  ])('refuses a struct named %s, which the Ledger library or a hasher would misread', (name) => {
    const types = JSON.parse(
      JSON.stringify({ EIP712Domain: [{ name: 'name', type: 'string' }] }).replace(
        /\}$/,
        `,"${name}":[{"name":"a","type":"bool"}]}`,
      ),
    ) as unknown
    const input = { types, primaryType: name, domain: { name: 'x' }, message: { a: true } }
    expect(fieldOf(input)).toBe(`types.${name}`)
  })

  it.each([['a b'], ['ä'], ['1a'], [''], ['a\0'], ['__proto__']])('refuses a field named "%s"', (name) => {
    const types = { ...agent.types, Agent: [{ name, type: 'bool' }] }
    expect(fieldOf({ ...agent, types, message: {} })).toBe(`types.Agent.${name}`)
  })

  it('refuses a struct that contains itself, directly or through another', () => {
    const loop = { Inner: [{ name: 'next', type: 'Other[]' }], Other: [{ name: 'back', type: 'Inner' }] }
    expect(fieldOf(withField('Inner', { next: [] }, loop))).toBe('types.Inner')
    expect(fieldOf(withField('Inner[]', [], { Inner: [{ name: 'self', type: 'Inner[]' }] }))).toBe(
      'types.Inner',
    )
  })

  it('refuses a field that stands twice, a type without fields, and a definition too long for one APDU', () => {
    const twice = [
      { name: 'a', type: 'bool' },
      { name: 'a', type: 'bool' },
    ]
    expect(fieldOf(withField('Inner', { a: true }, { Inner: twice }))).toBe('types.Inner.a')
    expect(fieldOf(withField('Inner', {}, { Inner: [] }))).toBe('types.Inner')
    const long = 'a'.repeat(254)
    expect(fieldOf(withField('Inner', { [long]: true }, { Inner: [{ name: long, type: 'bool' }] }))).toBe(
      `types.Inner.${long}`,
    )
  })

  it('refuses typed data with a part missing, a part too many, or no EIP712Domain', () => {
    const { message, ...withoutMessage } = agent
    const { EIP712Domain, ...otherTypes } = agent.types
    expect(EIP712Domain).toHaveLength(4)
    expect(fieldOf(withoutMessage)).toBe('message')
    expect(fieldOf({ ...agent, note: message })).toBe('note')
    expect(fieldOf({ ...agent, types: otherTypes })).toBe('types.EIP712Domain')
    expect(fieldOf({ ...agent, primaryType: 'Other' })).toBe('primaryType')
    expect(fieldOf({ ...agent, primaryType: 'EIP712Domain' })).toBe('primaryType')
    expect(fieldOf({ ...agent, domain: { ...agent.domain, salt: '0x00' } })).toBe('domain.salt')
    expect(fieldOf({ ...agent, message: { source: 'a' } })).toBe('message.connectionId')
    expect(fieldOf(null)).toBe('typed data')
  })

  it('refuses a domain field that EIP-712 does not know, or with another type', () => {
    expect(fieldOf({ ...agent, types: domainOf('owner', 'address'), domain: {} })).toBe(
      'types.EIP712Domain.owner',
    )
    expect(fieldOf({ ...agent, types: domainOf('chainId', 'string'), domain: {} })).toBe(
      'types.EIP712Domain.chainId',
    )
  })

  it('sends nothing of what it refuses', async () => {
    const app = scriptedApp()
    const bad = withField('uint8', 256) as TypedData
    const result = await ledgerOver(app).signTypedData(firstPath, bad, scriptedAddress)
    expect(result.ok ? '' : result.error).toMatchObject({ code: 'device.cannotSign', field: 'message.value' })
    expect(app.witness.apdus).toEqual([])
  })
})

/** What hw-app-eth really sends for one string value: the value's bytes, put together from its APDUs. */
async function sentByLibrary(length: number): Promise<number> {
  let received = 0
  const Transport = loadTransport()
  class Recorder extends Transport {
    override exchange(apdu: Buffer): Promise<Buffer> {
      if (apdu[1] === 0x1c && apdu[3] === 0xff) received += apdu.length - 5
      const appAndVersion = '0108457468657265756d06312e32322e300100'
      return Promise.resolve(
        Buffer.from(`${apdu[0] === 0xb0 ? appAndVersion : '1b'.padEnd(130, '1')}9000`, 'hex'),
      )
    }
  }
  const Eth = loadEth()
  const off = null
  const eth = new Eth(new Recorder(), 'w0w', {
    calServiceURL: off,
    cryptoassetsBaseURL: off,
    pluginBaseURL: off,
    nftExplorerBaseURL: off,
    extraPlugins: off,
    staticERC20Signatures: off,
    staticEIP712SignaturesV1: off,
    staticEIP712SignaturesV2: off,
  })
  await eth.signEIP712Message(firstPath, withField('string', 'x'.repeat(length)))
  const domainName = 2 + 'Countersign'.length
  return received - domainName - 2
}

describe('values whose length the Ledger library cuts off wrongly', () => {
  it.each([252, 253, 255, 256, 507, 508, 511, 512, 763, 767, 1018, 1023])('%i bytes are taken', (length) => {
    expect(fieldOf(withField('string', 'x'.repeat(length)))).toBeUndefined()
    expect(fieldOf(withField('bytes', `0x${'00'.repeat(length)}`))).toBeUndefined()
  })

  it.each([254, 509, 510, 764, 765, 766, 1019, 1020, 1021, 1022, 65536])('%i bytes are refused', (length) => {
    expect(fieldOf(withField('string', 'x'.repeat(length)))).toBe('message.value')
    expect(fieldOf(withField('bytes', `0x${'00'.repeat(length)}`))).toBe('message.value')
  })

  it('bytes are counted, not characters', () => {
    expect(fieldOf(withField('string', 'ä'.repeat(127)))).toBe('message.value')
    expect(fieldOf(withField('string', 'ä'.repeat(254)))).toBeUndefined()
  })

  it('the rule is the library’s: exactly the refused lengths lose bytes on their way', async () => {
    for (let length = 1; length <= 1300; length += 1) {
      const lost = length - (await sentByLibrary(length))
      if (lost > 0 !== losesBytes(length)) throw new Error(`${length} bytes: the library loses ${lost}`)
    }
  })
})

const bits = fc.integer({ min: 1, max: 32 }).map((bytes) => bytes * 8)

describe('every value in range is taken and every other is refused', () => {
  it('unsigned integers', () => {
    fc.assert(
      fc.property(bits, fc.bigInt({ min: -(2n ** 257n), max: 2n ** 257n }), (size, value) => {
        const inRange = value >= 0n && value < 2n ** BigInt(size)
        expect(fieldOf(withField(`uint${size}`, value.toString())) === undefined).toBe(inRange)
      }),
    )
  })

  it('signed integers', () => {
    fc.assert(
      fc.property(bits, fc.bigInt({ min: -(2n ** 256n), max: 2n ** 256n }), (size, value) => {
        const half = 2n ** BigInt(size - 1)
        const inRange = value >= -half && value < half
        expect(fieldOf(withField(`int${size}`, value.toString())) === undefined).toBe(inRange)
      }),
    )
  })

  it('bytes of a fixed length', () => {
    const lengths = fc.integer({ min: 1, max: 32 })
    fc.assert(
      fc.property(lengths, fc.uint8Array({ maxLength: 34 }), (size, bytes) => {
        const value = `0x${Buffer.from(bytes).toString('hex')}`
        expect(fieldOf(withField(`bytes${size}`, value)) === undefined).toBe(bytes.length === size)
      }),
    )
  })

  it('an object that cannot be written as text is refused, not thrown upon', () => {
    for (const value of [{ toString: 0 }, { valueOf: 0, toString: null }, [{ toString: 0 }]]) {
      expect(checkForDevice(withField('uint8', value as never))).toMatchObject({ ok: false })
    }
  })

  it('whatever stands in a value’s place, it is refused or it can be hashed', () => {
    const types = fc.constantFrom(
      'uint8',
      'int256',
      'bytes4',
      'bytes',
      'bool',
      'string',
      'address',
      'string[]',
      'Inner',
    )
    fc.assert(
      fc.property(types, fc.jsonValue(), (type, value) => {
        const checked = checkForDevice(withField(type, value, inner))
        if (checked.ok) expect(hashTypedData(checked.value).digest).toMatch(/^0x[0-9a-f]{64}$/)
      }),
    )
  })

  it('one character more or less anywhere in the types is refused or changes the digest', () => {
    const text = JSON.stringify(agent.types)
    const before = hashTypedData(agent).digest
    for (let at = 0; at < text.length; at += 1)
      for (const put of ['', 'x', '9', '[]']) {
        let types: unknown
        try {
          types = JSON.parse(text.slice(0, at) + put + text.slice(at + 1))
        } catch {
          continue
        }
        const checked = checkForDevice({ ...agent, types })
        if (checked.ok && JSON.stringify(types) !== text)
          expect(hashTypedData(checked.value).digest).not.toBe(before)
      }
  })
})
