import { describe, expect, it } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import { agent } from '../support/agent.ts'
import { firstPath, ledgerOver, scriptedAddress, scriptedApp, status } from './support.ts'

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

const never = () => new Promise<Buffer>(() => {})

/** An app whose review stays open until `answer` is called, and tells when it is open. */
function appWithReview(instruction = 0x0c) {
  const open = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Buffer>()
  const app = scriptedApp({
    instead: (apdu) => {
      if (apdu[1] !== instruction) return undefined
      open.resolve()
      return answer.promise
    },
  })
  return { app, isOpen: open.promise, answer: answer.resolve }
}

describe('one queue per device', () => {
  it('runs quiet operations one after the other, in order', async () => {
    let underWay = 0
    let most = 0
    const app = scriptedApp({
      instead: () => {
        underWay += 1
        most = Math.max(most, underWay)
        queueMicrotask(() => {
          underWay -= 1
        })
        return undefined
      },
    })
    const ledger = ledgerOver(app)
    const results = await Promise.all([ledger.app(), ledger.address(firstPath), ledger.app()])
    expect(results.map(codeOf)).toEqual(['ok', 'ok', 'ok'])
    expect(most).toBe(1)
    expect(app.witness.apdus.map((apdu) => apdu.slice(0, 4))).toEqual([
      'b001',
      'e006',
      'b001',
      'e01a',
      'e002',
      'b001',
      'e006',
    ])
  })

  it('answers device.busy to everyone else while a review is open, and sends nothing', async () => {
    const { app, isOpen, answer } = appWithReview()
    const ledger = ledgerOver(app)
    const signing = ledger.signTypedData(firstPath, agent, scriptedAddress)
    await isOpen
    const sent = app.witness.apdus.length
    const others = await Promise.all([
      ledger.app(),
      ledger.address(firstPath),
      ledger.address(firstPath, { display: true }),
      ledger.signTypedData(firstPath, agent, scriptedAddress),
      ledger.signPersonalMessage(firstPath, Buffer.from('x'), scriptedAddress),
    ])
    expect(others.map(codeOf)).toEqual(Array(5).fill('device.busy'))
    expect(app.witness.apdus.length).toBe(sent)
    answer(status(0x6985))
    expect(codeOf(await signing)).toBe('device.rejected')
    expect(codeOf(await ledger.app())).toBe('ok')
  })

  it('never lets a second review wait unseen behind the first', async () => {
    const ledger = ledgerOver(scriptedApp())
    const both = await Promise.all([
      ledger.signTypedData(firstPath, agent, scriptedAddress),
      ledger.signTypedData(firstPath, agent, scriptedAddress),
    ])
    expect(both.map(codeOf)).toEqual(['ok', 'device.busy'])
  })

  it('signs again after a rejection, on the same handle', async () => {
    let rejections = 1
    const app = scriptedApp({
      instead: (apdu) => (apdu[1] === 0x0c && rejections-- > 0 ? status(0x6985) : undefined),
    })
    const ledger = ledgerOver(app)
    const codes = [
      codeOf(await ledger.signTypedData(firstPath, agent, scriptedAddress)),
      codeOf(await ledger.signTypedData(firstPath, agent, scriptedAddress)),
    ]
    expect(codes).toEqual(['device.rejected', 'ok'])
  })
})

describe('time limits', () => {
  const limits = { quiet: 1_000, review: 40 }

  it('gives up a review that nobody answers, takes it off the screen, and closes the handle', async () => {
    const { app } = appWithReview()
    const ledger = ledgerOver(app, limits)
    const result = await ledger.signTypedData(firstPath, agent, scriptedAddress)
    expect(codeOf(result)).toBe('device.timeout')
    expect(app.witness).toMatchObject({ closed: 1, released: 1 })
    expect(app.witness.interrupted).toBeGreaterThan(0)
    expect(app.witness.apdus.at(-1)).toBe('e01a000100')
  })

  it('gives up a device that stops answering where no person is asked, long before a review would be over', async () => {
    const app = scriptedApp({ instead: (apdu) => (apdu[1] === 0x1a && apdu[3] === 0 ? never() : undefined) })
    const ledger = ledgerOver(app, { quiet: 200, review: 3_600_000 })
    const result = await ledger.signTypedData(firstPath, agent, scriptedAddress)
    expect(codeOf(result)).toBe('device.silent')
    expect(result.ok ? '' : result.error.message).toContain('for 1 s it said nothing')
    expect(app.witness).toMatchObject({ closed: 1, released: 1 })
  })

  it('says how long it waited', async () => {
    const { app } = appWithReview(0x08)
    const ledger = ledgerOver(app, { quiet: 1_000, review: 1_000 })
    const result = await ledger.signPersonalMessage(firstPath, Buffer.from('x'), scriptedAddress)
    expect(result.ok ? '' : result.error.message).toBe(
      'Nobody answered on the device within 1 s. Nothing was signed.',
    )
    expect(app.witness.apdus.at(-1)).toMatch(/^e008/)
  })

  it('never reads an answer that comes too late', async () => {
    const { app, answer } = appWithReview()
    const ledger = ledgerOver(app, limits)
    await ledger.signTypedData(firstPath, agent, scriptedAddress)
    answer(Buffer.from('9000', 'hex'))
    expect(codeOf(await ledger.address(firstPath))).toBe('device.closed')
  })

  it('calls a device busy that does not even tell its app', async () => {
    const app = scriptedApp({ instead: never })
    const ledger = ledgerOver(app, { quiet: 30, review: 1_000 })
    expect(codeOf(await ledger.app())).toBe('device.busy')
    expect(app.witness.closed).toBe(1)
  })
})

describe('closing', () => {
  it('ends a pending review at once, releases the device, and can be called twice', async () => {
    const { app, isOpen } = appWithReview()
    const ledger = ledgerOver(app)
    const signing = ledger.signTypedData(firstPath, agent, scriptedAddress)
    await isOpen
    await Promise.all([ledger.close(), ledger.close()])
    expect(codeOf(await signing)).toBe('device.closed')
    expect(app.witness).toMatchObject({ interrupted: 1, closed: 1, released: 1 })
  })

  it('sends nothing after it', async () => {
    const app = scriptedApp()
    const ledger = ledgerOver(app)
    await ledger.close()
    expect(codeOf(await ledger.signTypedData(firstPath, agent, scriptedAddress))).toBe('device.closed')
    expect(app.witness.apdus).toEqual([])
  })

  it('stops a flow that is between two APDUs', async () => {
    const app = scriptedApp({
      instead: (apdu) => {
        if (apdu[1] === 0x1c) void ledger.close()
        return undefined
      },
    })
    const ledger = ledgerOver(app)
    const result = await ledger.signTypedData(firstPath, agent, scriptedAddress)
    expect(codeOf(result)).toBe('device.closed')
    expect(app.witness.apdus.filter((apdu) => apdu.startsWith('e01c'))).toHaveLength(1)
  })
})
