/**
 * Who signed an action, worked out without any of the desk's own hashing code, so that a fault there cannot hide here.
 * Source: hyperliquid-python-sdk `signing.py`; msgpack specification.
 */
import { concat, keccak256, numberToHex, recoverTypedDataAddress, stringToHex, type Hex } from 'viem'
import type { ExchangeRequest, PracticeAction } from './exchange-request.ts'

/** An unsigned integer of up to 32 bits in its shortest msgpack form. */
function packInteger(value: number): Hex {
  if (value < 0x80) return numberToHex(value, { size: 1 })
  if (value < 0x100) return concat(['0xcc', numberToHex(value, { size: 1 })])
  if (value < 0x10000) return concat(['0xcd', numberToHex(value, { size: 2 })])
  return concat(['0xce', numberToHex(value, { size: 4 })])
}

/** A string of up to 31 ASCII characters in msgpack. */
const packText = (text: string): Hex =>
  concat([numberToHex(0xa0 + text.length, { size: 1 }), stringToHex(text)])

function packAction(action: PracticeAction): Hex {
  if (action.type === 'noop') return concat(['0x81', packText('type'), packText('noop')])
  return concat([
    '0x84',
    packText('type'),
    packText('updateLeverage'),
    packText('asset'),
    packInteger(action.asset),
    packText('isCross'),
    action.isCross ? '0xc3' : '0xc2',
    packText('leverage'),
    packInteger(action.leverage),
  ])
}

const packTime = (ms: number): Hex => numberToHex(ms, { size: 8 })

/** The parts of a request that its hash covers. */
export type HashedParts = Pick<ExchangeRequest, 'action' | 'nonce' | 'vaultAddress' | 'expiresAfter'>

/** Hyperliquid's action hash of a request. */
export function practiceConnectionId({ action, nonce, vaultAddress, expiresAfter }: HashedParts): Hex {
  return keccak256(
    concat([
      packAction(action),
      packTime(nonce),
      vaultAddress === null ? '0x00' : concat(['0x01', vaultAddress]),
      expiresAfter === null ? '0x' : concat(['0x00', packTime(expiresAfter)]),
    ]),
  )
}

/** The address, in lower case, that the venue takes for the signer of a request; null where no key can have signed. */
export async function practiceSigner(request: ExchangeRequest, source: 'a' | 'b'): Promise<Hex | null> {
  const { r, s, v } = request.signature
  try {
    const address = await recoverTypedDataAddress({
      domain: {
        name: 'Exchange',
        version: '1',
        chainId: 1337,
        verifyingContract: '0x0000000000000000000000000000000000000000',
      },
      types: {
        Agent: [
          { name: 'source', type: 'string' },
          { name: 'connectionId', type: 'bytes32' },
        ],
      },
      primaryType: 'Agent',
      message: { source, connectionId: practiceConnectionId(request) },
      signature: concat([r, s, numberToHex(v, { size: 1 })]),
    })
    return address.toLowerCase() as Hex
  } catch {
    return null
  }
}
