/** The example of the first start: a real change with the digest and the device's screen that it gives, computed here. */
import { typedDataReview } from '../../shared/device/review.ts'
import { agentTypedData, connectionIdOf } from '../../shared/venues/hyperliquid/digest.ts'

const change = { asset: 0, leverage: 10, isCross: true }
const context = { nonce: 1_795_184_452_318, vaultAddress: null, expiresAfter: 1_795_185_352_318 }

const connectionId = connectionIdOf({ type: 'updateLeverage', ...change }, context)

const settings = { blindSigning: true, rawMessages: true, transactionHash: false }
const review = typedDataReview('nanoSP', settings, agentTypedData(connectionId, 'mainnet'))
const screens = review.kind === 'review' ? review.screens : []

/** BTC from 5 to 10, cross: what is decided, what is signed, and the screen on which a Nano S Plus shows it. */
export const example = {
  from: '5',
  to: String(change.leverage),
  sentence: 'BTC, cross, Treasury Main',
  connectionId,
  screen: screens.find(({ lines }) => lines[0]?.startsWith('connectionId'))?.lines ?? [],
} as const
