import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { readdirSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { approvalTypedData, approvalTypes } from '../../shared/approvals/typed-data.ts'
import type { TypedField, TypedValue } from '../../shared/eip712/typed-data.ts'
import { toHex } from '../../shared/hex.ts'
import { facts } from '../approvals/samples.ts'

const folder = new URL('../../resources/erc7730/', import.meta.url)

const text = v.pipe(v.string(), v.nonEmpty())

/** One type of EIP-712 with its fields, as `encodeType` writes it: what names a format in version 2 of the schema. */
const encodedType = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z_]\w*\((?:[A-Za-z_]\w* [A-Za-z_]\w*(?:,(?!\)))?)+\)$/),
)

const field = v.strictObject({
  path: v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/)),
  label: v.pipe(text, v.regex(/^[\x20-\x7e]{1,20}$/)),
  format: v.literal('raw'),
  visible: v.picklist(['always', 'never', 'optional']),
})

/**
 * The part of the public schema that these files use, and nothing beside it (LedgerHQ/clear-signing-erc7730-registry,
 * specs/erc7730-v2.schema.json: no member that it does not name is allowed in these objects).
 */
const descriptorSchema = v.strictObject({
  $schema: v.pipe(v.string(), v.url(), v.endsWith('/specs/erc7730-v2.schema.json')),
  $comment: text,
  context: v.strictObject({
    $id: text,
    eip712: v.strictObject({
      domain: v.strictObject({ name: text, version: text }),
      deployments: v.exactOptional(
        v.pipe(
          v.array(
            v.strictObject({
              chainId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
              address: v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{40}$/)),
            }),
          ),
          v.minLength(1),
        ),
      ),
    }),
  }),
  metadata: v.strictObject({ owner: text }),
  display: v.strictObject({
    formats: v.record(
      encodedType,
      v.strictObject({ $id: text, intent: v.pipe(text, v.maxLength(30)), fields: v.array(field) }),
    ),
  }),
})

const load = (name: string) =>
  v.parse(descriptorSchema, JSON.parse(readFileSync(new URL(name, folder), 'utf8')))

interface Described {
  readonly file: string
  readonly primaryType: string
  readonly fields: readonly TypedField[]
  readonly domain: { readonly [name: string]: TypedValue }
  readonly message: { readonly [name: string]: TypedValue }
  /** keccak256 of the encoded type, from elsewhere. */
  readonly typeHash: string
}

const approval = approvalTypedData(facts)

const described: readonly Described[] = [
  {
    file: 'eip712-countersign-LeverageApproval.json',
    primaryType: approval.primaryType,
    fields: approvalTypes.LeverageApproval,
    domain: approval.domain,
    message: approval.message,
    typeHash: '0x804db560e8f8633356347d11988b78437dbd442bf77de722109c9307dfba1e4f',
  },
  {
    file: 'eip712-synthetix-UpdateLeverage.json',
    primaryType: 'UpdateLeverage',
    fields: [
      { name: 'subAccountId', type: 'uint256' },
      { name: 'symbol', type: 'string' },
      { name: 'leverage', type: 'string' },
      { name: 'nonce', type: 'uint256' },
      { name: 'expiresAfter', type: 'uint256' },
    ],
    domain: {
      name: 'Synthetix',
      version: '1',
      chainId: 1,
      verifyingContract: '0x0000000000000000000000000000000000000000',
    },
    message: { subAccountId: '1', symbol: 'BTC-USDT', leverage: '20', nonce: '1', expiresAfter: '0' },
    // Synthetixio/synthetix-sdk and Fenway-snx/synthetix-go-sdk, computed three ways.
    typeHash: '0x2f74f58b8eea6c4d66c7a3fdc2ba0e1d809c1340e1d5b10fbd8b274b92ef9a11',
  },
]

describe('the ERC-7730 descriptors', () => {
  it('are those of the README, and no other file is there', () => {
    const files = readdirSync(folder).filter((name) => name !== 'README.md')
    expect(files.toSorted()).toEqual(described.map(({ file }) => file).toSorted())
    const readme = readFileSync(new URL('README.md', folder), 'utf8')
    for (const file of files) expect(readme).toContain(`\`${file}\``)
  })

  it.each(described)('$file: has the structure of the public schema', ({ file }) => {
    expect(() => load(file)).not.toThrow()
  })

  it.each(described)('$file: is for the type that is signed, to the last field', (one) => {
    const [key = '', ...others] = Object.keys(load(one.file).display.formats)
    expect(others).toEqual([])
    const encoded = `${one.primaryType}(${one.fields.map(({ name, type }) => `${type} ${name}`).join()})`
    expect(key).toBe(encoded)
    expect(toHex(keccak_256(utf8ToBytes(key)))).toBe(one.typeHash)
  })

  it.each(described)('$file: shows every field that is signed, each once, and hides none', (one) => {
    const [format] = Object.values(load(one.file).display.formats)
    const paths = format?.fields.map(({ path }) => path) ?? []
    expect(paths.toSorted()).toEqual(Object.keys(one.message).toSorted())
    expect(paths.toSorted()).toEqual(one.fields.map(({ name }) => name).toSorted())
    expect(new Set(format?.fields.map(({ label }) => label)).size).toBe(paths.length)
    expect(format?.fields.every(({ visible }) => visible === 'always')).toBe(true)
  })

  it.each(described)('$file: is bound to the domain that is signed', (one) => {
    const { domain, deployments } = load(one.file).context.eip712
    const { chainId, verifyingContract, ...named } = one.domain
    expect(domain).toEqual(named)
    expect(deployments).toEqual(chainId === undefined ? undefined : [{ chainId, address: verifyingContract }])
  })

  it('show the approval in the order of its text', () => {
    const [format] = Object.values(load('eip712-countersign-LeverageApproval.json').display.formats)
    expect(format?.fields.map(({ path }) => path)).toEqual(Object.keys(approval.message))
  })

  it.each([
    ['a member more', (file: { extra?: number }) => (file.extra = 1)],
    [
      'a member more beside the domain',
      (file: { context: { eip712: { chain?: number } } }) => (file.context.eip712.chain = 1),
    ],
    ['no formats', (file: { display: { formats?: object } }) => delete file.display.formats],
  ])('would be found out: %s', (_, change) => {
    const file = JSON.parse(
      readFileSync(new URL('eip712-countersign-LeverageApproval.json', folder), 'utf8'),
    ) as never
    change(file)
    expect(v.is(descriptorSchema, file)).toBe(false)
  })
})
