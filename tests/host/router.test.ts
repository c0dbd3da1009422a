import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DeskEvent } from '../../shared/contract.ts'
import { approve, asking, must, openDesk, withAccount } from './support.ts'

const hindered = (code: string) => (event: DeskEvent) =>
  event.type === 'device' && event.device.failure?.code === code

describe('the contract, carried out', () => {
  it('has no desk until a mode is chosen, and says so', async () => {
    const { client } = await openDesk()
    expect(await client.session.get()).toMatchObject({ mode: null, path: null })
    expect(await client.accounts.list()).toMatchObject({ ok: false, error: { code: 'session.notOpen' } })
    expect(await client.device.get()).toMatchObject({ presence: 'none' })
    expect(await client.practice.get()).toBeNull()
  })

  it('opens one world when two screens open it at once', async () => {
    const { client } = await openDesk()
    const opened = await Promise.all([
      client.session.open({ mode: 'practice' }),
      client.session.open({ mode: 'practice' }),
    ])
    expect(opened.map((session) => must(session).mode)).toEqual(['practice', 'practice'])
  })

  it('keeps practice and real apart in one folder, there and back', async () => {
    const { client, dataDir } = await openDesk()
    expect(must(await client.session.open({ mode: 'practice' })).path).toBe(
      join(dataDir, 'practice', 'countersign.db'),
    )
    expect(must(await client.session.open({ mode: 'real' })).path).toBe(join(dataDir, 'countersign.db'))
    expect(await client.practice.get()).toBeNull()
    expect(await client.practice.change({ locked: true })).toMatchObject({
      error: { code: 'session.notPractice' },
    })
    expect(must(await client.session.open({ mode: 'practice' })).mode).toBe('practice')
  })

  it('does the whole main job, and tells each step', async () => {
    const { client, events, until, account } = await withAccount()
    const input = { accountId: account.id, market: 'BTC', leverage: '10', isCross: true }
    const preparation = must(await client.requests.prepare(input))
    if (preparation.kind !== 'prepared') throw new Error('already set')
    const { id } = preparation.request
    const { digest } = preparation.request.prepared.digests
    events.length = 0
    const signing = client.requests.sign({ id, digest })
    await until(asking)
    await approve(client)
    expect(must(await signing).state).toBe('signed')
    expect(must(await client.requests.submit({ id, digest }))).toMatchObject({
      failure: null,
      request: { state: 'applied' },
    })
    await until((event) => event.type === 'request' && event.state === 'applied')
    const steps = events.flatMap((event) => (event.type === 'progress' ? [event.step] : []))
    expect(steps).toEqual(['asking', 'idle', 'sending', 'proving', 'idle'])
    const states = events.flatMap((event) => (event.type === 'request' ? [event.state] : []))
    expect(states).toEqual(['signed', 'applied'])
    const { count, head } = must(await client.history.verify({ whole: false }))
    const rows = must(await client.history.list({ limit: 1 }))
    expect(rows[0]).toMatchObject({ seq: count, hash: head })
    const begun = must(await client.history.export({ withUsable: true }))
    expect(begun.count).toBe(count)
    const first = must(await client.history.exportRows({ after: 0, upTo: count - 1 }))
    const second = must(await client.history.exportRows({ after: first.last, upTo: count }))
    expect([first.last, second.last]).toEqual([count - 1, count])
    expect(`${first.text}${second.text}`.trim().split('\n')).toHaveLength(count)
    expect(must(await client.history.exportRows({ after: count, upTo: count }))).toEqual({
      text: '',
      last: count,
    })
  })

  it('stops asking: the question is gone, nothing is signed, and signing again works', async () => {
    const { client, events, until, account } = await withAccount()
    const input = { accountId: account.id, market: 'BTC', leverage: '10', isCross: true }
    const preparation = must(await client.requests.prepare(input))
    if (preparation.kind !== 'prepared') throw new Error('already set')
    const { id } = preparation.request
    const { digest } = preparation.request.prepared.digests
    events.length = 0
    const first = client.requests.sign({ id, digest })
    await until(asking)
    must(await client.requests.stopAsking())
    expect(await first).toMatchObject({ ok: false, error: { code: 'device.closed', outcome: 'not-sent' } })
    events.length = 0
    const second = client.requests.sign({ id, digest })
    await until(asking)
    await approve(client)
    expect(must(await second).state).toBe('signed')
  })

  it('watches the device: locked, another app, unplugged, and ready again', async () => {
    const { client, until } = await openDesk({ mode: 'practice' })
    must(await client.practice.change({ locked: true }))
    await until(hindered('device.locked'))
    must(await client.practice.change({ locked: false, app: 'Bitcoin' }))
    await until(hindered('device.wrongApp'))
    must(await client.practice.change({ plugged: false }))
    await until((event) => event.type === 'device' && event.device.presence === 'none')
    must(await client.practice.change({ plugged: true, model: 'stax' }))
    await until(
      (event) =>
        event.type === 'device' && event.device.presence === 'ready' && event.device.model === 'stax',
    )
    expect(await client.device.get()).toMatchObject({ presence: 'ready', model: 'stax' })
  })

  it('refuses input that does not fit the contract', async () => {
    const { client } = await openDesk({ mode: 'practice' })
    await expect(client.requests.get({ id: 'not-an-id' })).rejects.toThrow()
    await expect(client.requests.list({ limit: 1_000_000 })).rejects.toThrow()
    const wanted = { accountId: '01M7WE5NSKACS05YV97XXTQE7Y', market: 'BTC', leverage: '1e3', isCross: true }
    await expect(client.requests.prepare(wanted)).rejects.toThrow()
  })
})

describe('agents through the contract', () => {
  it('are approved on the Ledger, proven by reading, and listed with their expiry', async () => {
    const { client, account, events } = await withAccount()
    const accountId = account.id
    const before = must(await client.agents.list({ accountId }))
    expect(before).toMatchObject({ owner: account.address, agents: [{ name: 'practice-agent' }], open: [] })
    const agent = `0x${'5e'.repeat(20)}`
    const validUntil = Date.now() + 30 * 86_400_000
    events.length = 0
    const wanted = { accountId, agent, name: 'desk-1', validUntil, replace: false }
    const answer = client.agents.approve(wanted)
    while (!(await client.practice.get())?.asking) await new Promise((done) => setTimeout(done, 10))
    await approve(client)
    const approved = { address: agent, name: 'desk-1', validUntil }
    expect(must(await answer)).toEqual({ agent: approved, failure: null })
    expect(must(await client.agents.list({ accountId })).agents).toContainEqual(approved)
    expect(await client.agents.approve(wanted)).toMatchObject({ ok: false, error: { code: 'agent.known' } })
  })

  it('need a venue that knows them', async () => {
    const { client } = await withAccount()
    expect(await client.agents.list({ accountId: '01JD0000000000000000000000' })).toMatchObject({
      ok: false,
      error: { code: 'request.unknownAccount' },
    })
  })
})
