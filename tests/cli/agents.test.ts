import { describe, expect, it } from 'vitest'
import type { Agent } from '../../shared/venues/hyperliquid/approve-agent.ts'
import { practiceAgent } from '../../electron/venues/practice/state.ts'
import { practiceAddress } from '../support/desk.ts'
import { failing, must, practiceDesk, run, venueHere } from './support.ts'

const agent = `0x${'5e'.repeat(20)}` as const
const day = 86_400_000

interface Listed {
  readonly owner: string
  readonly agents: readonly Agent[]
  readonly open: readonly { readonly agent: Agent }[]
}

const approval = (options: readonly string[], ...more: readonly string[]) =>
  ['agents', 'approve', 'treasury', '--agent', agent, '--name', 'desk-1', ...more, ...options] as const

describe('countersign agents', () => {
  it('approves an agent with an expiry on the Ledger, and lists it for people and for programs', async () => {
    const options = await practiceDesk()
    const list = () => must<Listed>(['agents', 'list', 'treasury', ...options])
    const before = await list()
    const first = { address: practiceAgent, name: 'practice-agent', validUntil: null }
    expect(before).toMatchObject({ owner: practiceAddress, agents: [first], open: [] })
    const approved = await must<{ agent: Agent }>(approval(options, '--expires-in-days', '5'))
    const { validUntil } = approved.agent
    expect(Number(validUntil) - Date.now()).toBeGreaterThan(4 * day)
    expect(Number(validUntil) - Date.now()).toBeLessThanOrEqual(5 * day)
    expect((await list()).agents).toEqual([first, { address: agent, name: 'desk-1', validUntil }])
    const told = await run(['agents', 'list', 'treasury', ...options])
    expect(told.stdout).toMatch(/practice-agent +0x\w{40} {2}no expiry\n/)
    expect(told.stdout).toMatch(/desk-1 +0x\w{40} {2}EXPIRES SOON: \d{4}-/)
    expect(await failing(approval(options))).toMatchObject({ exit: 1, error: { code: 'agent.known' } })
  })

  it('ends with what came of it: rejected, wrong, or unknown and then settled by listing', async () => {
    const venue = await venueHere()
    const options = await practiceDesk('--practice-venue', venue.url)
    expect(await failing(approval(options, '--practice-answer', 'reject'))).toMatchObject({
      exit: 2,
      error: { code: 'device.rejected' },
    })
    expect(await failing(approval(options, '--expires-in-days', '0'))).toMatchObject({ exit: 64 })
    expect(await failing(['agents', 'list', 'nobody', ...options])).toMatchObject({
      error: { code: 'request.unknownAccount' },
    })
    venue.failNext('resetBeforeApply')
    expect(await failing(approval(options, '--no-expiry'))).toMatchObject({
      exit: 7,
      error: { code: 'agent.unknown', outcome: 'unknown' },
    })
    const { open } = await must<Listed>(['agents', 'list', 'treasury', ...options])
    expect(open).toMatchObject([{ agent: { address: agent, name: 'desk-1', validUntil: null } }])
  })
})

describe('countersign accounts add --approval', () => {
  it('has every change of the account approved in words first, and says so', async () => {
    const options = await practiceDesk()
    const added = await must(['accounts', 'add', 'careful', '--approval', 'text', ...options])
    expect(added).toMatchObject({ account: { settings: { approval: 'text' } } })
    expect((await run(['accounts', ...options])).stdout).toMatch(/careful .*, approved in words first\n/)
    const change = ['--market', 'BTC', '--leverage', '10', '--cross']
    const prepared = await must<{ request: { id: string } }>([
      'prepare',
      '--account',
      'careful',
      ...change,
      ...options,
    ])
    const signing = await run(['sign', prepared.request.id, ...options])
    expect(signing).toMatchObject({ exit: 0 })
    // A Nano breaks the line; its lines are told with a bar between them.
    expect(signing.stderr.replaceAll(/[\s|]/g, '')).toContain('BTCleverage5x->10x')
    const { rows } = await must<{ rows: readonly { kind: string }[] }>(['history', ...options])
    expect(rows.map(({ kind }) => kind)).toContain('approval.signed')
    expect(await failing(['accounts', 'add', 'odd', '--approval', 'spoken', ...options])).toMatchObject({
      exit: 64,
    })
  })
})
