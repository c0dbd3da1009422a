import { describe, expect, it } from 'vitest'
import { synthetixSubAccountOf } from '../../electron/venues/practice/synthetix-state.ts'
import { practiceAddress } from '../support/practice-address.ts'
import {
  failing,
  must,
  practice,
  practiceDesk,
  prepared,
  run,
  signedRequest,
  tempDir,
  venueHere,
  type Told,
} from './support.ts'

const revoked = { request: { state: 'revoked' } }
const reject = ['--practice-answer', 'reject']

/** A practice desk at a venue in this process, with a signed request. */
async function signedAt(): Promise<{
  readonly options: readonly string[]
  readonly id: string
  readonly venue: Awaited<ReturnType<typeof venueHere>>
}> {
  const venue = await venueHere()
  return { venue, ...(await signedRequest('--practice-venue', venue.url)) }
}

describe('countersign revoke', () => {
  it('uses up the nonce of a signed request with an empty action; the request can then not be sent', async () => {
    const { options, id, venue } = await signedAt()
    expect(await must<Told>(['revoke', id, ...options])).toMatchObject(revoked)
    expect(venue.applied.map(({ type }) => type)).toEqual(['noop'])
    expect(await failing(['submit', id, ...options])).toMatchObject({
      exit: 1,
      error: { code: 'request.wrongState', outcome: 'not-sent' },
    })
    expect(venue.requests.filter(({ target }) => target === 'submission')).toHaveLength(1)
  })

  it('shows what is signed before the Ledger asks, and says in the end what it means', async () => {
    const { options, id } = await signedRequest()
    const { exit, stdout, stderr } = await run(['revoke', id, ...options])
    expect(exit).toBe(0)
    expect(stderr).toContain('An empty action on the nonce of this request is sent to Hyperliquid.')
    expect(stderr).toMatch(/message hash +0x[0-9a-f]{64}/)
    expect(stdout).toContain(`Revoked: the venue took what makes ${id} unusable.`)
  })

  it('rejected on the Ledger sends nothing, and the request can still be sent', async () => {
    const { options, id, venue } = await signedAt()
    expect(await failing(['revoke', id, ...options, ...reject])).toMatchObject({
      exit: 2,
      error: { code: 'device.rejected', outcome: 'not-sent' },
    })
    expect(venue.applied).toEqual([])
    expect(await must(['submit', id, ...options])).toMatchObject({ request: { state: 'applied' } })
  })

  it('settles a request that never arrived at once, without waiting for its expiry', async () => {
    const { options, id, venue } = await signedAt()
    venue.failNext('resetBeforeApply')
    expect(await failing(['submit', id, ...options])).toMatchObject({ exit: 7 })
    expect(await must<Told>(['revoke', id, ...options])).toMatchObject(revoked)
    expect(venue.applied.map(({ type }) => type)).toEqual(['noop'])
  })

  it('whose answer is lost is unknown (exit code 7), and may be repeated', async () => {
    const { options, id, venue } = await signedAt()
    venue.failNext('resetBeforeApply')
    expect(await failing(['revoke', id, ...options])).toMatchObject({
      exit: 7,
      error: { outcome: 'unknown' },
    })
    expect(await failing(['submit', id, ...options])).toMatchObject({ error: { outcome: 'not-sent' } })
    expect(await must<Told>(['revoke', id, ...options])).toMatchObject(revoked)
  })

  it('is refused for what was never signed', async () => {
    const options = await practiceDesk()
    const id = await prepared(options)
    expect(await failing(['revoke', id, ...options])).toMatchObject({
      exit: 1,
      error: { code: 'request.wrongState', outcome: 'not-sent' },
    })
  })
})

describe('countersign revoke at other venues', () => {
  it('says through Compass that it is sent to Hyperliquid, and sends it there', async () => {
    const venue = await venueHere()
    const options = practice(tempDir(), '--practice-venue', venue.url)
    await must(['accounts', 'add', 'metals', '--venue', 'compass', ...options])
    const change = ['--account', 'metals', '--market', 'AAPL', '--leverage', '3', '--cross']
    const { request } = await must<Told>(['prepare', ...change, ...options])
    await must(['sign', request.id, ...options])
    const { exit, stderr } = await run(['revoke', request.id, ...options])
    expect(exit).toBe(0)
    expect(stderr).toMatch(/sent to Hyperliquid .*: Compass has no operation for it/)
    expect(venue.applied).toMatchObject([{ type: 'noop', via: 'hyperliquid' }])
  })

  it('shows at Synthetix the change to the leverage in force, and what else ends with it, before the Ledger asks', async () => {
    const options = practice(tempDir())
    const subAccountId = synthetixSubAccountOf(practiceAddress)
    const settings = ['--set', `subAccountId=${subAccountId}`]
    await must(['accounts', 'add', 'perps', '--venue', 'synthetix', ...settings, ...options])
    await must(['accounts', 'permit-reading', 'perps', ...options])
    const prepare = async (market: string) => {
      const change = ['--account', 'perps', '--market', market, '--leverage', '25']
      return (await must<Told>(['prepare', ...change, ...options])).request.id
    }
    const [other, id] = [await prepare('ETH-USDT'), await prepare('BTC-USDT')]
    await must(['sign', id, ...options])
    const { exit, stdout, stderr } = await run(['revoke', id, ...options])
    expect(exit).toBe(0)
    expect(stderr).toContain('A change of BTC-USDT to 10x, which is in force now, is sent to Synthetix')
    expect(stderr).toContain(`become useless as well: ${other} (ETH-USDT).`)
    expect(stderr).toMatch(/leverage +10\n/)
    expect(stdout).toContain(`Revoked: the venue took what makes ${id} unusable.`)
  })
})
