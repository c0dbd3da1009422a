/** The known answers of tests/data/vectors, typed as far as the tests use them. */
import { readFileSync } from 'node:fs'
import type { TypedField, TypedValue } from '../../shared/eip712/typed-data.ts'
import type { Hex } from '../../shared/hex.ts'
import type { UpdateLeverage } from '../../shared/venues/hyperliquid/action.ts'
import type { ActionContext } from '../../shared/venues/hyperliquid/digest.ts'
import type { UpdateLeverageMessage } from '../../shared/venues/synthetix/typed-data.ts'

const load = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../data/vectors/${name}.json`, import.meta.url), 'utf8')) as T

interface Rsv {
  readonly r: Hex
  readonly s: Hex
  readonly v: number
}

export interface LeverageVector extends ActionContext {
  readonly id: string
  readonly address: Hex
  readonly isMainnet: boolean
  readonly action: UpdateLeverage
  readonly expected: {
    readonly msgpackHex: Hex
    readonly preimageHex: Hex
    readonly connectionId: Hex
    readonly eip712Digest: Hex
    readonly signature: Rsv
  }
}

export const leverage = load<{
  readonly count: number
  readonly constants: { readonly domainSeparator: Hex }
  readonly vectors: readonly LeverageVector[]
}>('hyperliquid-updateLeverage')

interface PublishedAction extends ActionContext {
  readonly name: string
  readonly action?: { readonly type: string }
  readonly isMainnet: boolean
  readonly address: Hex
  readonly computed: {
    readonly connectionId: Hex
    readonly digest: Hex
    readonly eip712Digest: Hex
    readonly signature: Rsv
  }
}

interface UserSigned {
  readonly name: string
  readonly domain: Readonly<Record<string, TypedValue>>
  readonly types: Readonly<Record<string, readonly TypedField[]>>
  readonly primaryType: string
  readonly message: Readonly<Record<string, TypedValue>>
  readonly digest: Hex
}

export const published = load<{
  readonly updateLeverage: readonly (PublishedAction & {
    readonly action: UpdateLeverage
    readonly published: {
      readonly connectionId: Hex | null
      readonly eip712Digest: Hex | null
      readonly signature: Rsv | null
    }
  })[]
  readonly otherL1: readonly PublishedAction[]
  readonly userSigned: readonly UserSigned[]
}>('hyperliquid-public')

export const approveAgent = load<{
  readonly vectors: readonly (UserSigned & {
    readonly privateKey: Hex
    readonly domain: { readonly chainId: number }
    readonly message: {
      readonly hyperliquidChain: string
      readonly agentAddress: Hex
      readonly agentName: string
      readonly nonce: number
    }
    readonly signature: Rsv
    readonly postedAction: Readonly<Record<string, unknown>>
  })[]
}>('hyperliquid-approveAgent')

export const traps = load<{
  readonly base: ActionContext & { readonly action: UpdateLeverage; readonly rightConnectionId: Hex }
  readonly vectors: readonly {
    readonly name: string
    readonly wrongConnectionId: Hex
    readonly rightConnectionId?: Hex
    readonly input?: string
  }[]
}>('hyperliquid-traps')

export const compass = load<{
  readonly noOp: { readonly response: unknown }
  readonly accept: readonly {
    readonly name: string
    readonly response: Readonly<Record<string, unknown>> & {
      readonly action: UpdateLeverage
      readonly nonce: number
    }
    readonly expected: {
      readonly canonicalAction: UpdateLeverage
      readonly connectionId: Hex
      readonly eip712Digest: Hex
      readonly signer: Hex
      readonly signatureHex: Hex
    }
    readonly executeRequest: unknown
    readonly wrongIfHashedInReceivedKeyOrder: Hex
  }[]
  readonly reject: readonly { readonly name: string; readonly response: unknown }[]
}>('compass-setLeverage')

interface SynthetixMessage {
  readonly group: string
  readonly address: Hex
  readonly primaryType: string
  readonly types: Readonly<Record<string, readonly TypedField[]>>
  readonly message: Readonly<Record<string, TypedValue>>
  readonly typeHash: Hex
  readonly domainSeparator: Hex
  readonly structHash: Hex
  readonly digest: Hex
  readonly signature: Rsv
}

export const synthetix = load<{
  readonly count: number
  readonly domain: Readonly<Record<string, TypedValue>>
  readonly vectors: readonly SynthetixMessage[]
  readonly requestBodies: readonly {
    readonly shape: string
    readonly body: Readonly<Record<string, unknown>>
  }[]
  readonly traps: {
    readonly base: UpdateLeverageMessage
    readonly rightDigest: Hex
    readonly vectors: readonly { readonly name: string; readonly wrongDigest: Hex }[]
  }
}>('synthetix-updateLeverage')
