import { describe, expect, it } from 'vitest'
import { hashTypedData } from 'viem'
import { approveAgent, type ApproveAgentInput } from '../../electron/desk/approve-agent.ts'
import { listAgents } from '../../electron/desk/agents.ts'
import { verifyHistoryFile } from '../../electron/store/verify-file.ts'
import { practiceAgent } from '../../electron/venues/practice/state.ts'
import { approveAgentTypes } from '../../shared/venues/hyperliquid/approve-agent.ts'
import { must, openDesk, practiceAddress, type TestDesk } from '../support/desk.ts'
import { meeting } from '../support/meeting.ts'
import { attack } from '../support/proven.ts'

const day = 86_400_000
const agent = `0x${'5e'.repeat(20)}` as const
const other = `0x${'6f'.repeat(20)}` as const
const input: ApproveAgentInput = {
  account: 'treasury',
  agent,
  name: 'desk-1',
  validUntil: null,
  replace: false,
}

const submissions = ({ venue }: TestDesk) => venue.requests.filter(({ target }) => target === 'submission')
const agentsAt = ({ venue }: TestDesk) => venue.state.accounts[practiceAddress]?.agents ?? []

const kindsOf = async ({ ports }: TestDesk): Promise<readonly string[]> =>
  must(await ports.store.history.list({ limit: 100 }))
    .map(({ kind }) => kind)
    .filter((kind) => /^(agent|device)\./.test(kind))
    .toReversed()

/** Desks with an account at Hyperliquid whose key is on the practice Ledger. */
async function deskWithAccount(change: Parameters<TestDesk['account']>[0] = {}): Promise<TestDesk> {
  const desk = await openDesk()
  await desk.account(change)
  return desk
}

describe('approving an agent', () => {
  it('shows every field on the Ledger, sends once what was signed, and proves it by reading', async () => {
    const desk = await deskWithAccount()
    const shown: string[] = []
    desk.ledger.onScreen(({ lines }) => shown.push(lines.join('')))
    const validUntil = desk.ports.now() + 30 * day
    const outcome = must(await approveAgent(desk.ports, { ...input, validUntil }))
    expect(outcome).toEqual({ agent: { address: agent, name: 'desk-1', validUntil }, failure: null })
    const text = shown.join(' ')
    for (const value of ['Mainnet', '0x5e5e5e5e', `desk-1 valid_until ${validUntil}`])
      expect(text.toLowerCase()).toContain(value.toLowerCase())
    expect(submissions(desk)).toHaveLength(1)
    expect(desk.venue.applied).toMatchObject([
      {
        type: 'approveAgent',
        signer: practiceAddress,
        agent: { address: agent, name: 'desk-1', validUntil },
      },
    ])
  })

  it('is in the history before it is sent, with its digest and exact body', async () => {
    const desk = await deskWithAccount()
    let before: readonly string[] = []
    const venueFor: typeof desk.ports.venueFor = (account) => {
      const venue = must(desk.ports.venueFor(account))
      const submit: typeof venue.submit = async (body) => {
        before = await kindsOf(desk)
        return venue.submit(body)
      }
      return { ok: true, value: { ...venue, submit } }
    }
    must(await approveAgent({ ...desk.ports, venueFor }, input))
    expect(before).toEqual(['agent.sending'])
    expect(await kindsOf(desk)).toEqual(['agent.sending', 'agent.settled'])
    const [row] = must(await desk.ports.store.history.list({ kinds: ['agent.sending'] }))
    const written = JSON.parse(row?.body ?? '') as { digest: string; body: string; nonce: number }
    expect(written.body).toBe(submissions(desk)[0]?.body)
    expect(written.digest).toBe(
      hashTypedData({
        domain: {
          name: 'HyperliquidSignTransaction',
          version: '1',
          chainId: 421_614,
          verifyingContract: `0x${'00'.repeat(20)}`,
        },
        types: {
          'HyperliquidTransaction:ApproveAgent': approveAgentTypes['HyperliquidTransaction:ApproveAgent'],
        },
        primaryType: 'HyperliquidTransaction:ApproveAgent',
        message: {
          hyperliquidChain: 'Mainnet',
          agentAddress: agent,
          agentName: 'desk-1',
          nonce: BigInt(written.nonce),
        },
      }),
    )
    expect(must(await verifyHistoryFile(desk.ports.store.path)).count).toBeGreaterThan(3)
  })

  attack(
    'page',
    'approves an agent under a name that is taken',
    'refused unless replacing it was asked for',
    async () => {
      const desk = await deskWithAccount()
      const again = { ...input, name: 'practice-agent' }
      expect(await approveAgent(desk.ports, again)).toMatchObject({
        error: { code: 'agent.nameTaken', field: 'name', outcome: 'not-sent' },
      })
      expect(submissions(desk)).toEqual([])
      must(await approveAgent(desk.ports, { ...again, replace: true }))
      expect(agentsAt(desk)).toEqual([{ address: agent, name: 'practice-agent', validUntil: null }])
    },
  )
})

describe('approving an agent is refused before the Ledger is asked', () => {
  it.each([
    ['an address that is none', { agent: '0x12' }, 'input.badField', 'agent'],
    ['the account itself', { agent: practiceAddress }, 'input.badField', 'agent'],
    ['no name', { name: '' }, 'input.badField', 'name'],
    ['a name that is too long', { name: 'a name of seventeen' }, 'input.badField', 'name'],
    ['a time that is over', { validUntil: 1 }, 'input.badField', 'validUntil'],
    ['an agent that is approved already', { agent: practiceAgent }, 'agent.known', 'agent'],
    ['an account that is not there', { account: 'nobody' }, 'request.unknownAccount', undefined],
  ])('%s', async (_, change, code, field) => {
    const desk = await deskWithAccount()
    const refused = await approveAgent(desk.ports, { ...input, ...change })
    expect(refused).toMatchObject({ ok: false, error: { code, outcome: 'not-sent' } })
    if (!refused.ok) expect(refused.error.field).toBe(field)
    expect(await kindsOf(desk)).toEqual([])
    expect(submissions(desk)).toEqual([])
  })

  it('a venue that knows no agents', async () => {
    const desk = await deskWithAccount({ venue: 'compass' })
    expect(await approveAgent(desk.ports, input)).toMatchObject({ error: { code: 'agent.none' } })
    expect(await listAgents(desk.ports, 'treasury')).toMatchObject({ error: { code: 'agent.none' } })
  })

  it('an account whose key is itself only an agent', async () => {
    const desk = await deskWithAccount({ signer: practiceAgent, path: "44'/60'/0'/0/2" })
    expect(await approveAgent(desk.ports, input)).toMatchObject({
      error: { code: 'request.signerNotAllowed' },
    })
    expect(submissions(desk)).toEqual([])
  })

  it('a venue that cannot be read', async () => {
    const desk = await deskWithAccount()
    desk.venue.failNext('500BeforeApply', 'read')
    expect(await approveAgent(desk.ports, input)).toMatchObject({ error: { code: 'venue.readFailed' } })
    expect(submissions(desk)).toEqual([])
  })
})

describe('an approval of an agent that does not go through', () => {
  it('is not sent when it is rejected on the Ledger, and that is remembered', async () => {
    const desk = await deskWithAccount()
    const stop = desk.ledger.onScreen(() => {
      if (!desk.ledger.asking) return
      stop()
      desk.ledger.reject()
    })
    expect(await approveAgent(desk.ports, input)).toMatchObject({ error: { code: 'device.rejected' } })
    expect(await kindsOf(desk)).toEqual(['device.failed'])
    expect(submissions(desk)).toEqual([])
  })

  it('is settled at once when the venue refuses it', async () => {
    const desk = await deskWithAccount()
    const account = desk.venue.state.accounts[practiceAddress]
    if (!account) throw new Error('the funded user is gone')
    const agents = ['a', 'b', 'c'].map((name, place) => ({
      address: `0x${`${place}${place}`.repeat(20)}` as const,
      name,
      validUntil: null,
    }))
    const accounts = { ...desk.venue.state.accounts, [practiceAddress]: { ...account, agents } }
    desk.venue.setState({ ...desk.venue.state, accounts })
    expect(must(await approveAgent(desk.ports, input)).failure).toMatchObject({ code: 'answer.refused' })
    expect(await kindsOf(desk)).toEqual(['agent.sending', 'agent.settled'])
  })

  it.each(['timeoutAfterApply', 'resetAfterApply', '500AfterApply', 'wrongJson', 'truncatedBody'] as const)(
    'is proven by reading when the answer is lost after it was carried out: %s',
    async (fault) => {
      const desk = await deskWithAccount()
      const outcome = must(await meeting(desk, fault, () => approveAgent(desk.ports, input)))
      expect(outcome.failure).toBeNull()
      expect(submissions(desk)).toHaveLength(1)
      expect(await kindsOf(desk)).toEqual(['agent.sending', 'agent.settled'])
    },
  )

  it.each([
    ['timeoutBeforeApply', 'agent.unknown'],
    ['resetBeforeApply', 'agent.unknown'],
    ['429', 'agent.unknown'],
    ['okButNotApplied', 'agent.notProven'],
  ] as const)('stays unknown when the venue does not list it: %s', async (fault, code) => {
    const desk = await deskWithAccount()
    const { failure } = must(await meeting(desk, fault, () => approveAgent(desk.ports, input)))
    expect(failure).toMatchObject({ code, outcome: 'unknown' })
    expect(await kindsOf(desk)).toEqual(['agent.sending', 'agent.unknown'])
    expect(must(await listAgents(desk.ports, 'treasury')).open).toMatchObject([{ agent: { address: agent } }])
    expect(await approveAgent(desk.ports, { ...input, agent: other, name: 'desk-2' })).toMatchObject({
      error: { code: 'agent.unsettled', outcome: 'not-sent' },
    })
    expect(submissions(desk)).toHaveLength(1)
  })

  it('is settled by a later reading: as approved once the venue lists it, without sending again', async () => {
    const desk = await deskWithAccount()
    must(await meeting(desk, 'timeoutBeforeApply', () => approveAgent(desk.ports, input)))
    const body = submissions(desk)[0]?.body ?? ''
    const headers = { 'content-type': 'application/json' }
    await fetch(`${desk.venue.url}/exchange`, { method: 'POST', body, headers })
    const { agents, open } = must(await listAgents(desk.ports, 'treasury'))
    expect(agents).toContainEqual({ address: agent, name: 'desk-1', validUntil: null })
    expect(open).toEqual([])
    const [row] = must(await desk.ports.store.history.list({ kinds: ['agent.settled'] }))
    expect(JSON.parse(row?.body ?? '')).toMatchObject({ outcome: 'approved', agent })
  })

  it('is settled as over once its nonce is too old for the venue', async () => {
    const desk = await deskWithAccount()
    must(await meeting(desk, 'timeoutBeforeApply', () => approveAgent(desk.ports, input)))
    desk.moveClocks(2 * day)
    expect(must(await listAgents(desk.ports, 'treasury')).open).toHaveLength(1)
    desk.moveClocks(60_000)
    expect(must(await listAgents(desk.ports, 'treasury')).open).toEqual([])
    const [row] = must(await desk.ports.store.history.list({ kinds: ['agent.settled'] }))
    expect(JSON.parse(row?.body ?? '')).toMatchObject({ outcome: 'over', agent })
    const replay = submissions(desk)[0]?.body ?? ''
    const headers = { 'content-type': 'application/json' }
    await fetch(`${desk.venue.url}/exchange`, { method: 'POST', body: replay, headers })
    expect(agentsAt(desk).map(({ name }) => name)).toEqual(['practice-agent'])
  })

  it('is unknown, not unsent, when what came of it cannot be written down', async () => {
    const desk = await deskWithAccount()
    const { history } = desk.ports.store
    const append: typeof history.append = (event) =>
      event.kind === 'agent.settled'
        ? Promise.resolve({
            ok: false,
            error: {
              code: 'store.unusable',
              message: 'The disk is full.',
              next: 'Free it.',
              outcome: 'not-sent',
            },
          })
        : history.append(event)
    const ports = { ...desk.ports, store: { ...desk.ports.store, history: { ...history, append } } }
    expect(must(await approveAgent(ports, input)).failure).toMatchObject({
      code: 'agent.unknown',
      outcome: 'unknown',
    })
    expect(must(await listAgents(desk.ports, 'treasury')).open).toEqual([])
  })
})

describe('the list of agents', () => {
  it('is that of the account, of the user behind an agent, and of the master of a subaccount', async () => {
    const desk = await deskWithAccount()
    const listed = [{ address: practiceAgent, name: 'practice-agent', validUntil: null }]
    expect(must(await listAgents(desk.ports, 'treasury'))).toMatchObject({
      owner: practiceAddress,
      agents: listed,
    })
    await desk.account({ name: 'by agent', signer: practiceAgent, path: "44'/60'/0'/0/2" })
    expect(must(await listAgents(desk.ports, 'by agent')).agents).toEqual(listed)
    const sub = Object.entries(desk.venue.state.accounts).find(([, { role }]) => role === 'subAccount')
    const address = sub?.[0] as `0x${string}`
    await desk.account({ name: 'sub', address, vaultAddress: address })
    expect(must(await listAgents(desk.ports, 'sub'))).toMatchObject({
      owner: practiceAddress,
      agents: listed,
    })
  })

  it('loses an agent whose time is over', async () => {
    const desk = await deskWithAccount()
    must(await approveAgent(desk.ports, { ...input, validUntil: desk.ports.now() + day }))
    expect(must(await listAgents(desk.ports, 'treasury')).agents).toHaveLength(2)
    desk.moveClocks(day + 1000)
    expect(must(await listAgents(desk.ports, 'treasury')).agents).toHaveLength(1)
  })
})
