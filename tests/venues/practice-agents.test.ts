import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { privateKeyToAccount } from 'viem/accounts'
import type { PracticeVenue } from '../../electron/venues/practice/port.ts'
import { startPracticeVenue } from '../../electron/venues/practice/practice-venue.ts'
import { freshState, subAccountOf } from '../../electron/venues/practice/state.ts'
import { hashTypedData } from '../../shared/eip712/typed-data.ts'
import type { Hex } from '../../shared/hex.ts'
import { readSignatureHex } from '../../shared/signature.ts'
import {
  approveAgentBody,
  approveAgentTypedData,
  type AgentApproval,
} from '../../shared/venues/hyperliquid/approve-agent.ts'
import { approveAgent } from '../support/vectors.ts'
import {
  addressOf,
  agentKey,
  change,
  post,
  signedBody,
  strangerKey,
  user,
  userKey,
  valueOf,
} from './support.ts'

const now = 1_785_700_000_000
const agent = addressOf(agentKey)
const good: AgentApproval = { network: 'mainnet', address: agent, name: 'desk', validUntil: null, nonce: now }

let venue: PracticeVenue
beforeEach(async () => {
  venue = await startPracticeVenue({ state: freshState([user]), now: () => now })
})
afterEach(() => venue.close())

async function bodyOf(change: Partial<AgentApproval> = {}, key: Hex = userKey): Promise<object> {
  const approval = { ...good, ...change }
  const { digest } = hashTypedData(approveAgentTypedData(approval))
  const signature = await privateKeyToAccount(key).sign({ hash: digest })
  return JSON.parse(approveAgentBody(approval, valueOf(readSignatureHex(signature)))) as object
}

/** The venue's refusal, `ok`, or the status where the shape was wrong. */
async function said(body: object): Promise<string> {
  const { status, text } = await post(`${venue.url}/exchange`, JSON.stringify(body))
  if (status !== 200) return String(status)
  const answer = JSON.parse(text) as { status: string; response: unknown }
  return answer.status === 'ok' ? 'ok' : String(answer.response)
}

const agents = () => venue.state.accounts[user]?.agents ?? []
const listed = async (): Promise<unknown> =>
  JSON.parse((await post(`${venue.url}/info`, JSON.stringify({ type: 'extraAgents', user }))).text)

/** A trade by the agent. */
const trade = (nonce: number) => signedBody(change(0, 7), { nonce }, agentKey)

/** An address of one digit. */
const address = (n: number): Hex => `0x${`${n}${n}`.repeat(20)}`

describe('approveAgent at the practice venue', () => {
  const mainnet = approveAgent.vectors.filter(({ message }) => message.hyperliquidChain === 'Mainnet')
  it.each(mainnet.map((vector) => [vector.name, vector] as const))(
    'takes the known answer: %s',
    async (_, vector) => {
      const { postedAction: action, signature, message } = vector
      expect(await said({ action, nonce: message.nonce, signature })).toBe('ok')
      const [name, time] = message.agentName.split(' valid_until ')
      const expected = {
        address: message.agentAddress,
        name,
        validUntil: time === undefined ? null : Number(time),
      }
      expect(agents()).toContainEqual(expected)
      expect(await listed()).toEqual(name === '' ? [expect.anything()] : [expect.anything(), expected])
    },
  )

  it('lets the agent trade until it expires, and no longer', async () => {
    expect(await said(await bodyOf({ validUntil: now + 1000 }))).toBe('ok')
    expect(await said(JSON.parse(await trade(now)) as object)).toBe('ok')
    venue.setClock(now + 1000)
    expect(await said(JSON.parse(await trade(now + 1)) as object)).toContain('does not exist')
  })

  it('lets an agent approve nobody', async () => {
    expect(await said(await bodyOf())).toBe('ok')
    const next = { address: addressOf(strangerKey), name: 'more', nonce: now + 1 }
    expect(await said(await bodyOf(next, agentKey))).toContain('Must deposit')
    expect(await said(await bodyOf(next, strangerKey))).toContain('Must deposit')
  })

  it('recovers another signer, and refuses, when a signed part was changed', async () => {
    const body = (await bodyOf()) as { action: object; nonce: number }
    for (const altered of [
      { agentName: 'desk2' },
      { agentAddress: `0x${'99'.repeat(20)}` },
      { signatureChainId: '0x1' },
      { hyperliquidChain: 'Testnet' },
    ])
      expect(await said({ ...body, action: { ...body.action, ...altered } })).toContain('Must deposit')
    const moved = { ...body, nonce: now + 1, action: { ...body.action, nonce: now + 1 } }
    expect(await said(moved)).toContain('Must deposit')
    expect(agents().some(({ name }) => name === 'desk')).toBe(false)
  })

  it('refuses what was signed for the other network, or with another nonce outside', async () => {
    expect(await said(await bodyOf({ network: 'testnet' }))).toContain('Invalid chain')
    expect(await said({ ...(await bodyOf()), nonce: now + 1 })).toContain('Invalid nonce')
  })

  it('refuses a vault or an expiry beside it, which user-signed actions do not have', async () => {
    expect(await said({ ...(await bodyOf()), vaultAddress: subAccountOf(user) })).toContain('user-signed')
    expect(await said({ ...(await bodyOf()), expiresAfter: now + 1000 })).toContain('user-signed')
  })

  it.each([
    ['a key too many', { isAdmin: true }],
    ['an upper-case address', { agentAddress: agent.toUpperCase().replace('0X', '0x') }],
    ['an unknown chain', { hyperliquidChain: 'mainnet' }],
    ['a chain id in decimal', { signatureChainId: '421614' }],
    ['a nonce in a string', { nonce: String(now) }],
    ['an empty name', { agentName: '' }],
  ])('refuses the shape of %s', async (_, altered) => {
    const body = (await bodyOf()) as { action: object }
    expect(await said({ ...body, action: { ...body.action, ...altered } })).toBe('422')
  })

  it('uses a nonce up once, refused or not', async () => {
    expect(await said(await bodyOf({ name: 'a name of seventeen' }))).toContain('Invalid agent name')
    expect(await said(await bodyOf())).toContain('duplicate nonce')
    expect(await said(await bodyOf({ nonce: now - 2 * 86_400_000 }))).toContain('outside')
  })

  it('replaces an agent of the same name, takes three named ones, and no address twice', async () => {
    const approve = async (n: number, name: string) =>
      said(await bodyOf({ address: address(n), name, nonce: now + n }))
    expect(await approve(1, 'practice-agent')).toBe('ok')
    expect(agents()).toEqual([{ address: address(1), name: 'practice-agent', validUntil: null }])
    expect(await approve(2, 'two')).toBe('ok')
    expect(await approve(3, 'three')).toBe('ok')
    expect(await approve(4, 'four')).toContain('Too many')
    expect(await approve(5, '')).toBe('ok')
    expect(await said(await bodyOf({ address: address(2), name: 'six', nonce: now + 6 }))).toContain(
      'already used',
    )
    expect(await said(await bodyOf({ address: user, name: 'me', nonce: now + 7 }))).toContain('already used')
    expect(await said(await bodyOf({ validUntil: now, name: 'two', nonce: now + 8 }))).toContain(
      'valid_until',
    )
    expect(agents()).toHaveLength(4)
  })
})
