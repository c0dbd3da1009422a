/** The known answers for Arcus, typed as far as the tests use them. */
import type { TypedField } from '../../../shared/eip712/typed-data.ts'
import type { Hex } from '../../../shared/hex.ts'
import type { JsonObject } from '../../../shared/history/canonical-json.ts'
import type { Json } from '../../../shared/strict-json.ts'
import type { Network } from '../../../shared/venues/module.ts'
import file from '../../data/vectors/arcus-setLeverage.json' with { type: 'json' }

interface Rsv {
  readonly r: Hex
  readonly s: Hex
  readonly v: number
}

export interface ChangeVector {
  readonly seed: string
  readonly apiKey: string
  readonly timestamp: string
  readonly body: JsonObject & {
    readonly address: string
    readonly marketId: number
    readonly leverage: number
  }
  readonly bodyAsSentExamples: readonly string[]
  readonly canonicalBody: string
  readonly message: string
  readonly signature: string
  readonly headers: Readonly<Record<string, string>>
}

export interface GrantVector {
  readonly network: Network
  readonly variant: string
  readonly address: string
  readonly domain: { readonly name: string; readonly version: string; readonly chainId: number }
  readonly types: { readonly CreateApiKey: readonly TypedField[] }
  readonly message: {
    readonly apiWalletName: string
    readonly apiWalletPublicKey: string
    readonly validUntil: string
    readonly nonce?: string
  }
  readonly domainSeparator: Hex
  readonly digest: Hex
  readonly signature: Rsv
  readonly wireSignature: { readonly r: Hex; readonly s: Hex; readonly v: Hex }
}

interface ArcusVectors {
  readonly count: number
  readonly setLeverage: readonly ChangeVector[]
  readonly canonicalJson: readonly { readonly in: Json; readonly out: string }[]
  readonly published: {
    readonly signatures: readonly {
      readonly seed: string
      readonly message: string
      readonly published: string
    }[]
    readonly messages: readonly { readonly timestamp: string; readonly published: string }[]
  }
  readonly traps: {
    readonly rightSignature: string
    readonly vectors: readonly { readonly name: string; readonly wrongSignature: string }[]
  }
  readonly createApiKeyEip712: readonly GrantVector[]
  readonly createApiKeyPersonalSign: { readonly message: string; readonly signature: Rsv }
}

/** All known answers for Arcus. */
export const arcusVectors = file as unknown as ArcusVectors
