import { readFileSync } from 'node:fs'
import { hashMessage } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { keyChangeText } from '../../shared/approvals/key-change.ts'
import type { TypedData } from '../../shared/eip712/typed-data.ts'
import { historyHeadTypedData } from '../../shared/history/ledger-head.ts'
import { inspect, isSound, type Inspection } from '../../shared/inspect/inspect.ts'
import { createApiKeyBody } from '../../shared/venues/arcus/create-api-key.ts'
import { readSignatureHex } from '../../shared/signature.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { permitTypedData } from '../../shared/venues/synthetix/read-permit.ts'
import { settingsOf } from '../../shared/venues/synthetix/settings.ts'
import { pureCases } from '../conformance/cases.ts'
import { attack } from '../support/proven.ts'
import { approveAgent, leverage } from '../support/vectors.ts'

const nowMs = Date.UTC(2026, 10, 20)
const look = (value: unknown, network: 'mainnet' | 'testnet' | null = null): Inspection =>
  inspect(typeof value === 'string' ? value : JSON.stringify(value), { network, nowMs })

const agent = {
  domain: {
    chainId: 1337,
    name: 'Exchange',
    verifyingContract: '0x0000000000000000000000000000000000000000',
    version: '1',
  },
  types: {
    Agent: [
      { name: 'source', type: 'string' },
      { name: 'connectionId', type: 'bytes32' },
    ],
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
      { name: 'verifyingContract', type: 'address' },
    ],
  },
  primaryType: 'Agent',
  message: { source: 'a', connectionId: `0x${'ab'.repeat(32)}` },
}
const wallet = '0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d'
const bare = look(agent)
const withChainId = (chainId: unknown) => ({ ...agent, domain: { ...agent.domain, chainId } })

describe('what a payload travels in is taken off, and told', () => {
  const rpc = (...params: readonly unknown[]) => ({
    method: 'eth_signTypedData_v4',
    params,
    id: 1,
    jsonrpc: '2.0',
  })

  it.each([
    [
      'a JSON-RPC call with the typed data in a text',
      rpc(wallet, JSON.stringify(agent)),
      'eth_signTypedData_v4',
    ],
    ['a JSON-RPC call with the typed data as it is', rpc(wallet, agent), wallet],
    ['a call without id and version', { method: 'eth_signTypedData', params: [agent, wallet] }, wallet],
    ['JSON inside a text', JSON.stringify(JSON.stringify(agent)), 'JSON inside a text'],
    [
      'a text inside a call inside a text',
      JSON.stringify(JSON.stringify(rpc(wallet, JSON.stringify(agent)))),
      wallet,
    ],
    ['a call inside a wrapper', { request: { leverage: 5 }, payload: rpc(wallet, agent) }, wallet],
  ])('%s', (_, given, told) => {
    const found = look(given)
    expect(found).toMatchObject({ verdict: 'incomplete', kind: 'typedData', digests: bare.digests })
    expect(found.notes.join(' ')).toContain(told)
  })

  const [vector] = leverage.vectors
  if (!vector) throw new Error('no vectors')
  const { action, nonce, expected } = vector
  const body = { action, nonce, signature: expected.signature }

  it('a message to Hyperliquid’s WebSocket', () => {
    const found = look({ method: 'post', id: 256, request: { type: 'action', payload: body } })
    expect(found).toMatchObject({
      verdict: 'computed',
      kind: 'exchangeBody',
      signer: vector.address.toLowerCase(),
    })
    expect(found.notes[0]).toContain('WebSocket')
  })

  it.each([
    ['an unknown field beside it', { ...rpc(wallet, agent), extra: 1 }, 'input.unknownField'],
    ['no address', rpc('0x1', agent), 'input.badField'],
    ['a third parameter', rpc(wallet, agent, {}), 'input.badField'],
    ['another version', { ...rpc(wallet, agent), jsonrpc: '1.0' }, 'input.badField'],
    ['a duplicate key in the text', rpc(wallet, '{"a":1,"a":2}'), 'input.duplicateKey'],
    ['an inexact number in the text', rpc(wallet, '{"chainId":1337.0}'), 'input.badField'],
    [
      'an unknown field in the message',
      { method: 'post', id: 1, request: { type: 'action', payload: body, x: 1 } },
      'input.unknownField',
    ],
  ])('is refused with %s', (_, given, code) => {
    expect(look(given)).toMatchObject({ verdict: 'refused', problems: [{ code }] })
  })

  it('is not taken off for ever', () => {
    let text = JSON.stringify(agent)
    for (let level = 0; level < 6; level += 1) text = JSON.stringify(text)
    expect(look(text)).toMatchObject({ verdict: 'refused', problems: [{ code: 'input.unrecognised' }] })
  })
})

describe('another way to write the same', () => {
  it.each([1337, '1337', '0x539', '0x0539'])('chainId %j has the same digest', (chainId) => {
    const found = look(withChainId(chainId))
    expect(found).toMatchObject({ verdict: 'incomplete', digests: bare.digests })
    expect(found.notes.some((note) => note.includes('domain.chainId'))).toBe(typeof chainId === 'string')
  })

  it.each(['1338', '01337', ' 1337', '1337.0', '0x53A', '-1337', '', null])(
    'chainId %j has not',
    (chainId) => {
      expect(look(withChainId(chainId))).toMatchObject({
        verdict: 'refused',
        problems: [{ code: 'input.badField', field: 'domain.chainId' }],
      })
    },
  )

  const vaulted = leverage.vectors.find(({ vaultAddress }) => vaultAddress !== null)
  if (!vaulted?.vaultAddress) throw new Error('no vector with a vault')
  const network = vaulted.isMainnet ? 'mainnet' : 'testnet'
  const body = {
    action: vaulted.action,
    nonce: vaulted.nonce,
    signature: vaulted.expected.signature,
    vaultAddress: vaulted.vaultAddress,
    expiresAfter: vaulted.expiresAfter,
  }
  const right = {
    verdict: 'computed',
    signer: vaulted.address.toLowerCase(),
    digests: { digest: vaulted.expected.eip712Digest },
  }

  it('vaultAddress without 0x, as ccxt writes it, is taken and said', () => {
    const found = look({ ...body, vaultAddress: vaulted.vaultAddress?.slice(2) }, network)
    expect(found).toMatchObject(right)
    expect(found.notes.join(' ')).toContain('vaultAddress stands without 0x')
    expect(look({ ...body, vaultAddress: vaulted.vaultAddress?.slice(3) }, network).verdict).toBe('refused')
    expect(look({ ...body, vaultAddress: '' }, network).verdict).toBe('refused')
  })

  it('nonce and expiry as text are taken and said; a field of the action is not, for its bytes would differ', () => {
    for (const nonce of [String(vaulted.nonce), `0x${vaulted.nonce.toString(16)}`]) {
      const found = look({ ...body, nonce }, network)
      expect(found).toMatchObject(right)
      expect(found.notes.join(' ')).toContain('nonce stands as the text')
    }
    for (const field of ['asset', 'leverage'] as const)
      expect(
        look({ ...body, action: { ...body.action, [field]: String(body.action[field]) } }, network),
      ).toMatchObject({
        verdict: 'refused',
        problems: [{ code: 'input.badField', field: `action.${field}` }],
      })
  })

  it('a nonce in seconds is said to be one', () => {
    const { notes } = look({ action: body.action, nonce: 1_796_096_902 })
    expect(notes.join(' ')).toContain('looks like seconds')
  })

  it('a signature of null is none', () => {
    expect(look({ ...body, signature: null }, network)).toMatchObject({ verdict: 'computed', signer: null })
  })

  it('the leverage that was asked for may be a JSON number, exact ones only', () => {
    const asked = (number: string) =>
      look(
        `{"request":{"leverage":${number}},"payload":${JSON.stringify({ action: body.action, nonce: body.nonce })}}`,
      )
    const { leverage: set } = body.action
    expect(asked(String(set)).verdict).toBe('computed')
    expect(asked(`${set}.0`).verdict).toBe('computed')
    expect(asked(`${set}.5`)).toMatchObject({
      verdict: 'mismatch',
      problems: [{ code: 'payload.fieldDiffers', field: 'action.leverage' }],
    })
    for (const inexact of ['1e1', '0.30000000000000004', '12345678901234567890', '1.00000000001'])
      expect(asked(inexact)).toMatchObject({ verdict: 'refused', problems: [{ code: 'input.badField' }] })
    const inPayload = JSON.stringify(body).replace(`"leverage":${set}`, `"leverage":${set}.0`)
    expect(inPayload).not.toBe(JSON.stringify(body))
    expect(look(inPayload)).toMatchObject({
      problems: [{ code: 'input.badField', field: 'action.leverage' }],
    })
  })
})

describe('what Countersign has a Ledger sign beside changes', () => {
  it.each(approveAgent.vectors.map((v) => [v.message.agentName, v] as const))(
    'an approval of the agent %j, as typed data and as a body',
    (agentName, v) => {
      const { domain, primaryType, types, message, digest, signature, postedAction, privateKey } =
        v as typeof v & {
          readonly primaryType: string
          readonly types: object
          readonly digest: string
        }
      const does = expect.stringContaining(`lets the agent ${message.agentAddress.toLowerCase()}`)
      expect(look({ domain, primaryType, types, message })).toMatchObject({
        kind: 'approveAgent',
        venue: 'hyperliquid',
        verdict: 'computed',
        digests: { digest },
        does,
      })
      const signer = privateKeyToAccount(privateKey).address.toLowerCase()
      const body = { action: postedAction, nonce: message.nonce, signature }
      const found = look({ request: { signer }, payload: body })
      expect(found).toMatchObject({
        kind: 'approveAgent',
        verdict: 'verified',
        signer,
        digests: { digest },
        does,
      })
      if (agentName === '') expect(found.does).toContain('without a name')
      expect(look({ ...body, nonce: message.nonce + 1 })).toMatchObject({ verdict: 'mismatch' })
      expect(look({ ...body, action: { ...postedAction, extra: 1 } })).toMatchObject({ verdict: 'refused' })
    },
  )

  it('is a mismatch where a change of leverage was asked for', () => {
    const [v] = approveAgent.vectors
    const payload = { action: v?.postedAction, nonce: v?.message.nonce, signature: v?.signature }
    const found = look({ request: { leverage: 5, asset: 'BTC' }, payload })
    expect(found).toMatchObject({
      verdict: 'mismatch',
      problems: [{ code: 'payload.notLeverageChange', message: expect.stringContaining('something else') }],
    })
    expect(isSound(found)).toBe(false)
  })

  it('a revocation, which only uses up a nonce', () => {
    const { revocation } = rulesOf('hyperliquid')
    if (revocation?.by !== 'sameNonce') throw new Error('Hyperliquid revokes by the same nonce')
    const { wire } = pureCases.hyperliquid
    const { nonce } = wire
    expect(look({ action: { type: 'noop' }, nonce })).toMatchObject({
      kind: 'revocation',
      verdict: 'computed',
      does: expect.stringContaining(`use up the nonce ${nonce}`),
      digests: {
        connectionId: (revocation.partsOf(wire, 'mainnet').typedData.message as { connectionId: string })
          .connectionId,
      },
    })
  })

  const settings = settingsOf({ subAccountId: '1867542890123456789' })
  if (!settings.ok) throw new Error('settings')
  const arcus = JSON.parse(
    readFileSync(new URL('../data/vectors/arcus-setLeverage.json', import.meta.url), 'utf8'),
  ) as {
    readonly createApiKeyEip712: readonly (TypedData & {
      readonly network: string
      readonly digest: string
      readonly address: string
      readonly message: Readonly<Record<string, string>>
      readonly signature: { readonly r: `0x${string}`; readonly s: `0x${string}`; readonly v: number }
    })[]
    readonly createApiKeyPersonalSign: { readonly message: string }
  }
  const permit = permitTypedData({ action: 'getSubAccount', nonce: null, expiresAtMs: nowMs }, settings.value)

  it('a permit to read, and nothing that is called like one', () => {
    expect(look(permit)).toMatchObject({
      kind: 'readPermit',
      venue: 'synthetix',
      verdict: 'computed',
      does: expect.stringMatching(
        /read the subaccount 1867542890123456789 .* until 2026-11-20 .*it changes nothing/,
      ),
    })
    const other = { ...permit, message: { ...permit.message, action: 'withdrawAll' } }
    expect(look(other)).toMatchObject({
      verdict: 'refused',
      problems: [{ code: 'payload.notLeverageChange', message: expect.stringContaining('withdrawAll') }],
    })
  })

  it.each(arcus.createApiKeyEip712.map((one) => [one.network, one] as const))(
    'a grant of an API key at Arcus %s, as typed data and as a body',
    (network, { domain, types, message, digest, signature, address }) => {
      const found = look({ domain, types, primaryType: 'CreateApiKey', message })
      expect(found).toMatchObject({ kind: 'keyRegistration', venue: 'arcus', network, digests: { digest } })
      expect(found.does).toContain(`lets the API key ${message['apiWalletPublicKey']}`)
      const {
        apiWalletName = '',
        apiWalletPublicKey = '',
        validUntil,
        nonce = null,
        accountIndex = 0,
      } = message
      const grant = {
        name: apiWalletName,
        keyId: apiWalletPublicKey,
        validUntilMs: Number(validUntil),
        accountIndex: Number(accountIndex),
        nonce,
      }
      const body = createApiKeyBody(grant, address.toLowerCase() as `0x${string}`, signature as never)
      expect(look(body, network as 'mainnet')).toMatchObject({
        kind: 'keyRegistration',
        verdict: 'verified',
        signer: address.toLowerCase(),
        digests: { digest },
      })
      expect(look(body.replace(/"publicKey":"../, '"publicKey":"00'), network as 'mainnet').verdict).toBe(
        'mismatch',
      )
    },
  )

  it('a head of a history', () => {
    const head = historyHeadTypedData({
      count: '12',
      root: `0x${'cd'.repeat(32)}`,
      time: '2026-11-20 10:00:05 UTC',
    })
    expect(look(head)).toMatchObject({
      kind: 'historyHead',
      verdict: 'computed',
      does: expect.stringContaining('had 12 rows'),
    })
  })

  const change = keyChangeText({
    change: 'replace',
    key: 'K',
    account: 'A',
    venue: 'arcus',
    network: 'mainnet',
    address: wallet,
    keyId: 'a'.repeat(64),
    newKeyId: 'b'.repeat(64),
    time: '2026-11-20 10:00 UTC',
  })
  const restore = `Restore a Countersign backup\nrows 7\nhead 0x${'ef'.repeat(32)}\ntime 2026-11-20 10:00 UTC`

  it.each([
    ['a confirmation that a key goes', change, 'confirmation', 'is replaced by'],
    ['a confirmation that a backup is restored', restore, 'confirmation', 'a backup of 7 rows'],
    [
      'the older grant of a key',
      arcus.createApiKeyPersonalSign.message,
      'keyRegistration',
      'lets the API key',
    ],
  ])('%s, bare, with its line end, in a JSON-RPC call, and signed', async (_, text, kind, words) => {
    const hex = `0x${Buffer.from(text).toString('hex')}`
    for (const given of [
      text,
      `${text}\n`,
      { method: 'personal_sign', params: [hex, wallet], id: 1, jsonrpc: '2.0' },
    ])
      expect(look(given)).toMatchObject({
        kind,
        verdict: 'computed',
        does: expect.stringContaining(words),
        signedDigest: hashMessage(text),
      })
    const key = privateKeyToAccount(`0x${'11'.repeat(32)}`)
    const signature = await key.signMessage({ message: text })
    expect(readSignatureHex(signature).ok).toBe(true)
    const signer = key.address.toLowerCase()
    expect(look({ request: { signer }, payload: { text, signature } })).toMatchObject({
      verdict: 'verified',
      signer,
    })
    expect(look({ request: { signer: wallet }, payload: { text, signature } }).verdict).toBe('mismatch')
    expect(look(`${text}.`).verdict).toBe('refused')
  })
})

const destination = '0x1111111111111111111111111111111111111111'
const userSigned = (primaryType: string, message: object) => ({
  domain: { name: 'HyperliquidSignTransaction', version: '1', chainId: 421_614, verifyingContract: wallet },
  types: {},
  primaryType: `HyperliquidTransaction:${primaryType}`,
  message,
})

const foreign: readonly (readonly [unknown, string])[] = [
  [
    { action: { type: 'withdraw3', amount: '100', destination }, nonce: 1 },
    `it is a withdrawal of 100 USDC to ${destination}`,
  ],
  [
    { action: { type: 'usdSend', amount: '5', destination }, nonce: 1 },
    `it is a payment: 5 USDC to ${destination} (usdSend)`,
  ],
  [
    { action: { type: 'spotSend', amount: '5', token: 'HYPE:0x1', destination } },
    'it is a payment: 5 HYPE:0x1 to',
  ],
  [
    { action: { type: 'order', orders: [{ a: 10_107, b: true, p: '30', s: '2' }] } },
    'it is a spot order to buy 2 at 30 in spot market number 10107',
  ],
  [
    { action: { type: 'order', orders: [{ a: 0, b: false, p: '1', s: '2' }, {}] } },
    'it is an order to sell 2 at 1 in market number 0, and 1 more',
  ],
  [
    { action: { type: 'updateIsolatedMargin', asset: 0, isBuy: true, ntli: 1_000_000 }, nonce: 1 },
    'it is a change of the isolated margin in market number 0 by 1 USD',
  ],
  [
    { action: { type: 'multiSig', payload: { action: { type: 'updateLeverage' } } } },
    'it is an action of a multi-sig account around "updateLeverage"',
  ],
  [
    { action: { type: 'approveBuilderFee', builder: destination, maxFeeRate: '1%' } },
    'to take a fee of up to 1%',
  ],
  [userSigned('Withdraw', { amount: '7', destination }), `it is a withdrawal of 7 USDC to ${destination}`],
  [userSigned('UsdSend', { amount: '7', destination }), 'it is a payment: 7 USDC'],
  [
    { domain: {}, types: {}, primaryType: 'Permit', message: { spender: destination } },
    `it is a permission for ${destination} to take tokens`,
  ],
  [
    { domain: {}, types: {}, primaryType: 'WithdrawCollateral', message: { amount: '9', destination } },
    'it is a withdrawal of 9 to',
  ],
  [{ params: { action: 'placeOrders' } }, 'it is an order at Synthetix'],
  [{ op: 1, ad: '0x1', v: 1 }, 'it is an order at Arcus'],
  [
    { category: 'spot', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '1' },
    'it is a spot order to Buy 1 in BTCUSDT',
  ],
  [
    { coin: 'USDT', chain: 'ETH', address: destination, amount: '24' },
    'it is a withdrawal or transfer of 24 USDT',
  ],
  [{ to: destination, value: '0x1', data: '0x' }, `it is an Ethereum transaction to ${destination}`],
  [
    { jsonrpc: '2.0', id: 1, method: 'eth_sendTransaction', params: [{}] },
    'it asks a wallet to send an Ethereum transaction',
  ],
  [{ jsonrpc: '2.0', id: 1, result: '0x' }, 'it is an answer to a JSON-RPC call'],
  [{ method: 'post', id: 1, request: { type: 'info', payload: {} } }, 'it is a question to the venue'],
]

attack(
  'text',
  'passes a withdrawal, a payment, an order or another common payload off as a change of leverage',
  'inspect refuses it as what it is, in plain words, with amount and destination',
  () => {
    for (const [payload, words] of foreign) {
      expect(look(payload), words).toMatchObject({
        verdict: 'refused',
        problems: [{ code: 'payload.notLeverageChange', message: expect.stringContaining(words) }],
      })
      expect(look({ request: { leverage: 5 }, payload }).verdict).toBe('refused')
    }
  },
)

it('what it says of a payload drives nothing', () => {
  const hostile = '\u001b[2J\u202e\n'
  const found = look({ action: { type: 'withdraw3', amount: hostile, destination: hostile }, nonce: 1 })
  const message = found.problems[0]?.message ?? ''
  expect(message).toContain(String.raw`\u001b[2J\u202e\u000a`)
  for (const sign of hostile.replace('[2J', '')) expect(message).not.toContain(sign)
})
