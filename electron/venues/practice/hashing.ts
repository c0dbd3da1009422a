/**
 * Who signed an action, worked out without any of the desk's own hashing code, so that a fault there cannot hide here.
 * Source: hyperliquid-python-sdk `signing.py`; msgpack specification.
 */
import { concat, keccak256, numberToHex, recoverTypedDataAddress, stringToHex, type Hex } from 'viem'
import { lower } from '../../../shared/hex.ts'
import type { AgentAction, ExchangeRequest, RequestFor, TradeAction } from './exchange-request.ts'

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

function packAction(action: TradeAction): Hex {
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
export type HashedParts = Pick<RequestFor<TradeAction>, 'action' | 'nonce' | 'vaultAddress' | 'expiresAfter'>

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

const noContract = '0x0000000000000000000000000000000000000000'

/** Who signed an action that agents may sign too. */
const tradeSigner = (parts: HashedParts, source: 'a' | 'b', signature: Hex): Promise<Hex> =>
  recoverTypedDataAddress({
    domain: { name: 'Exchange', version: '1', chainId: 1337, verifyingContract: noContract },
    types: {
      Agent: [
        { name: 'source', type: 'string' },
        { name: 'connectionId', type: 'bytes32' },
      ],
    },
    primaryType: 'Agent',
    message: { source, connectionId: practiceConnectionId(parts) },
    signature,
  })

/** Who signed an approval of an agent: its fields are what was signed, a missing name as an empty one. */
const approvalSigner = (action: AgentAction, signature: Hex): Promise<Hex> =>
  recoverTypedDataAddress({
    domain: {
      name: 'HyperliquidSignTransaction',
      version: '1',
      chainId: Number(action.signatureChainId),
      verifyingContract: noContract,
    },
    types: {
      'HyperliquidTransaction:ApproveAgent': [
        { name: 'hyperliquidChain', type: 'string' },
        { name: 'agentAddress', type: 'address' },
        { name: 'agentName', type: 'string' },
        { name: 'nonce', type: 'uint64' },
      ],
    },
    primaryType: 'HyperliquidTransaction:ApproveAgent',
    message: {
      hyperliquidChain: action.hyperliquidChain,
      agentAddress: action.agentAddress,
      agentName: action.agentName ?? '',
      nonce: BigInt(action.nonce),
    },
    signature,
  })

/** The address, in lower case, that the venue takes for the signer of a request; null where no key can have signed. */
export async function practiceSigner(request: ExchangeRequest, source: 'a' | 'b'): Promise<Hex | null> {
  const { r, s, v } = request.signature
  const signature = concat([r, s, numberToHex(v, { size: 1 })])
  try {
    const { action, ...parts } = request
    const address =
      action.type === 'approveAgent'
        ? approvalSigner(action, signature)
        : tradeSigner({ ...parts, action }, source, signature)
    return lower(await address)
  } catch {
    return null
  }
}
