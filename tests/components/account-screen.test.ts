// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import type { DeskClient } from '../../renderer/state/client.ts'
import { Desk } from '../../renderer/state/desk.svelte.ts'
import { parseRoute } from '../../renderer/state/route.svelte.ts'
import type { AccountView, AgentListView } from '../../shared/contract.ts'
import { failure, ok } from '../../shared/errors.ts'
import AccountOnDesk from './AccountOnDesk.svelte'
import { readyDevice } from './sample.ts'
import { cleanup, fireEvent, render, screen, within } from './testing.ts'

const id = '01KA6S0Q4T3Z9V8W7X6Y5Z4A00'
const owner = '0x14791697260e4c9a71f18484c9f997b308e59325'
const key = `0x${'5e'.repeat(20)}` as const
const now = Date.UTC(2026, 10, 20, 14, 0, 0)
const day = 86_400_000

const account: AccountView = {
  id,
  name: 'Treasury Main',
  venue: 'hyperliquid',
  network: 'mainnet',
  address: owner,
  signer: owner,
  path: "44'/60'/0'/0/0",
  vaultAddress: null,
  settings: { approval: 'text' },
  createdAt: '2026-11-20T14:00:00.000Z',
}
const listed = (change: Partial<AgentListView> = {}): AgentListView => ({
  owner,
  agents: [{ address: key, name: 'desk-1', validUntil: now + 90 * day }],
  leftOut: [],
  open: [],
  readAtMs: now,
  ...change,
})

interface Given {
  readonly account?: Partial<AccountView>
  readonly list?: unknown
  readonly approve?: unknown
}

/** A desk with one account; what is asked of it is kept. */
async function deskWith(given: Given = {}) {
  const asked: { approve: unknown[] } = { approve: [] }
  const client = {
    session: { get: () => Promise.resolve({ mode: 'real', shell: 'browser', version: '1', path: '/x' }) },
    accounts: {
      list: () => Promise.resolve(ok([{ ...account, ...given.account }])),
    },
    agents: {
      list: () => Promise.resolve(given.list ?? ok(listed())),
      approve: (input: unknown) => {
        asked.approve.push(input)
        return Promise.resolve(given.approve)
      },
    },
    requests: { list: () => Promise.resolve(ok([])) },
    history: {
      verify: () =>
        Promise.resolve(
          ok({ count: 1, head: `0x${'00'.repeat(32)}`, checkedAtMs: 0, whole: { atMs: 0, count: 1 } }),
        ),
    },
    device: { get: () => Promise.resolve(readyDevice) },
    practice: { get: () => Promise.resolve(null) },
    events: () => new Promise(() => undefined),
  } as unknown as DeskClient
  const ended = new Promise<void>(() => undefined)
  const connect = () => Promise.resolve({ client, ended })
  const desk = new Desk({ connect, window, storage: window.localStorage, retryMs: 1000 })
  const stop = desk.start()
  await expect.poll(() => desk.accounts.loaded).toBe(true)
  stop()
  desk.clock.now = now
  return { desk, asked }
}

async function shown(given: Given = {}) {
  const { desk, asked } = await deskWith(given)
  render(AccountOnDesk, { desk, id })
  return { desk, asked }
}

const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } })

async function fillIn(): Promise<void> {
  await type("Address of the agent's key", key)
  await type('Name', 'desk-2')
}
const ask = () => fireEvent.click(screen.getByRole('button', { name: 'Show it on the Ledger' }))

afterEach(cleanup)

describe('the screen of an account', () => {
  it('has a place of its own, as adding one has', () => {
    expect(parseRoute(`#/accounts/${id}`)).toEqual({ name: 'accounts', adding: false, id })
    expect(parseRoute('#/accounts/add')).toEqual({ name: 'accounts', adding: true, id: null })
    expect(parseRoute('#/accounts')).toEqual({ name: 'accounts', adding: false, id: null })
  })

  it('says how changes are approved, and lists the agents with their expiry', async () => {
    await shown()
    expect(screen.getByText('in words first, as text')).toBeTruthy()
    const row = await screen.findByRole('row', { name: /desk-1/ })
    expect(within(row).getByText('until 18 Feb 2027, 14:00 UTC')).toBeTruthy()
    expect(screen.queryByText(/ends soon/)).toBeNull()
  })

  it.each([
    [7 * day, '7 d left'],
    [day - 1, 'less than a day left'],
  ])('warns before an agent ends: %s ms before', async (left, words) => {
    const agents = [{ address: key, name: 'desk-1', validUntil: now + left }]
    await shown({ list: ok(listed({ agents })) })
    expect((await screen.findByText(/The agent desk-1 ends soon/)).textContent).toContain(words)
  })

  it('says which approval is not settled, and until when it can be carried out', async () => {
    const open = [{ agent: { address: key, name: 'x', validUntil: null }, until: now + day }]
    await shown({ list: ok(listed({ agents: [], open })) })
    expect((await screen.findByText(/It is not known whether/)).closest('.notice')?.textContent).toContain(
      '21 Nov 2026, 14:00 UTC',
    )
    expect(screen.getByText(/No agents with a name/)).toBeTruthy()
  })

  it('says why the agents cannot be read', async () => {
    const error = failure('venue.readFailed', { venue: 'Hyperliquid', detail: 'HTTP 500.' })
    await shown({ list: { ok: false, error } })
    expect((await screen.findByRole('alert')).textContent).toContain('HTTP 500.')
  })

  it('asks for an agent as it was filled in, says that it is approved, and empties the form', async () => {
    const approved = { address: key, name: 'desk-2', validUntil: null }
    const { asked } = await shown({ approve: ok({ agent: approved, failure: null }) })
    await fillIn()
    await fireEvent.click(screen.getByLabelText('No expiry'))
    await ask()
    expect(asked.approve).toEqual([
      { accountId: id, agent: key, name: 'desk-2', validUntil: null, replace: false },
    ])
    expect((await screen.findByText('desk-2 is approved.')).closest('.notice')).toBeTruthy()
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('')
  })

  it('keeps the form and says beside the field what is wrong with it', async () => {
    const error = failure('agent.nameTaken', { name: 'desk-2', actual: key, field: 'name' })
    await shown({ approve: { ok: false, error } })
    await fillIn()
    await ask()
    await expect.poll(() => screen.getByLabelText('Name').getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('desk-2')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('says that the outcome is unknown in words for this window', async () => {
    const values = { agent: key, account: 'x', detail: 'no answer came.', until: 'then' }
    const agent = { address: key, name: 'desk-2', validUntil: null }
    await shown({ approve: ok({ agent, failure: failure('agent.unknown', values) }) })
    await fillIn()
    await ask()
    const told = (await screen.findByText(/We do not know yet whether the agent/)).closest('.notice')
    expect(told?.textContent).toContain('Do not approve it again')
    expect(told?.textContent).not.toContain('countersign')
  })

  it('offers to approve none where the signer is itself an agent', async () => {
    await shown({ account: { signer: key } })
    expect(await screen.findByText('signs for this account')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Show it on the Ledger' })).toBeNull()
  })

  it('has no agents at a venue that knows none', async () => {
    await shown({ account: { venue: 'compass' } })
    expect(screen.queryByText('Agents')).toBeNull()
  })
})
