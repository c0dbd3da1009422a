import { describe, expect, it } from 'vitest'
import {
  failing,
  must,
  practice,
  practiceDesk,
  prepared,
  run,
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
  const options = practice(tempDir(), '--practice-venue', venue.url)
  await must(['accounts', 'add', 'treasury', ...options])
  const id = await prepared(options)
  await must(['sign', id, ...options])
  return { options, id, venue }
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
    const options = await practiceDesk()
    const id = await prepared(options)
    await must(['sign', id, ...options])
    const { exit, stdout, stderr } = await run(['revoke', id, ...options])
    expect(exit).toBe(0)
    expect(stderr).toContain('An empty action on the nonce of this request is sent to Hyperliquid.')
    expect(stderr).toMatch(/message hash +0x[0-9a-f]{64}/)
    expect(stdout).toContain(`Revoked: ${id} can never be applied.`)
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
