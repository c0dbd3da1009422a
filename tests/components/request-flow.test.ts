// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import IntegrityAlert from '../../renderer/components/IntegrityAlert.svelte'
import { RequestFlow } from '../../renderer/components/request/request-flow.svelte.ts'
import type { DeskClient } from '../../renderer/state/client.ts'
import { Device } from '../../renderer/state/device.svelte.ts'
import { Requests } from '../../renderer/state/requests.svelte.ts'
import type { RequestView } from '../../shared/contract.ts'
import { fail, ok, type ErrorCode, type Result } from '../../shared/errors.ts'
import { rulesOf } from '../../shared/venues/registry.ts'
import { attack } from '../support/proven.ts'
import { id, preparedRequest, readyDevice, requestIn } from './sample.ts'
import { cleanup, render, screen } from './testing.ts'

const hindered = { ...readyDevice, presence: 'hindered' } as const

/** A screen whose desk answers what the test says, and counts what it was asked. */
async function flowOf(request: RequestView) {
  const asked: string[] = []
  const named: string[] = []
  /** What the desk has stored by now. */
  let stored = request
  let answers: Result<RequestView>[] = []
  const requests = {
    list: () => Promise.resolve(ok([request])),
    get: () => Promise.resolve(ok(stored)),
    sign: ({ digest }: { readonly digest: string }) => {
      asked.push('sign')
      named.push(digest)
      return Promise.resolve(answers.shift() ?? ok(requestIn('signed')))
    },
    submit: ({ digest }: { readonly digest: string }) => {
      asked.push('submit')
      named.push(digest)
      return Promise.resolve(ok({ request: requestIn('applied'), failure: null }))
    },
    stopAsking: () => Promise.resolve(ok(null)),
  }
  const client = { requests } as unknown as DeskClient
  const state = new Requests(() => client)
  await state.load()
  const device = new Device()
  const { venue, wire } = request.prepared
  const now = () => Number(rulesOf(venue).nonceOf(wire))
  const flow = new RequestFlow({ id, requests: state, device, now })
  const meet = (seen: typeof readyDevice | typeof hindered) => {
    device.state = seen
    flow.deviceMoved(device.ready)
  }
  const failWith = (...codes: ErrorCode[]) => {
    answers = codes.map((code) => fail(code, { app: 'Bitcoin', field: 'prepared' }))
  }
  const replaceWith = async (other: RequestView) => {
    stored = other
    await state.refresh(id)
  }
  return { flow, asked, named, meet, failWith, replaceWith }
}

describe('what was shown', () => {
  const { wire } = preparedRequest()
  const other = preparedRequest({
    to: { leverage: '40', isCross: true },
    wire: { ...wire, action: { ...wire.action, leverage: 40 } },
  })
  const shown = requestIn('prepared')

  it('is what signing and sending name', async () => {
    const { flow, named, meet } = await flowOf(shown)
    meet(readyDevice)
    await flow.sign()
    await flow.send()
    expect(named).toEqual([shown.prepared.digests.digest, shown.prepared.digests.digest])
    expect(flow.altered).toBeNull()
  })

  attack(
    'process',
    'replaces a request in the database while the window shows it, digests and all',
    'the window shows its alert, and can sign or send neither of the two',
    async () => {
      const { flow, meet, replaceWith } = await flowOf(shown)
      meet(readyDevice)
      expect(flow.panel).toBe('preview')
      await replaceWith({ ...shown, prepared: other })
      expect(flow.panel).toBe('altered')
      expect(flow.altered).toMatchObject({ code: 'request.altered', field: 'digest' })
      render(IntegrityAlert, { prepared: other, id, found: flow.altered })
      expect(screen.getByRole('alert').textContent).toContain('Do not sign this request.')
      cleanup()
    },
  )

  it.each(['request.altered', 'store.accountAltered'] as const)(
    'is alarmed about where the desk finds %s, and the alert stays while the device moves',
    async (code) => {
      const { flow, asked, meet, failWith } = await flowOf(shown)
      meet(readyDevice)
      failWith(code)
      await flow.sign()
      expect([flow.panel, flow.altered?.code]).toEqual(['altered', code])
      meet(hindered)
      meet(readyDevice)
      await settled()
      expect(asked).toEqual(['sign'])
      render(IntegrityAlert, { prepared: shown.prepared, id, found: flow.altered })
      expect(screen.getByRole('alert').textContent).toContain('Do not sign this request.')
      cleanup()
    },
  )
})

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('signing', () => {
  it.each(['device.locked', 'device.noApp', 'device.wrongApp', 'device.none', 'device.inUse'] as const)(
    'goes on by itself after %s, once the device is ready',
    async (code) => {
      const { flow, asked, meet, failWith } = await flowOf(requestIn('prepared'))
      meet(hindered)
      failWith(code)
      await flow.sign()
      expect([flow.panel, flow.waiting]).toEqual(['hindered', true])
      meet(readyDevice)
      await settled()
      expect(asked).toEqual(['sign', 'sign'])
      expect(flow.panel).toBe('signed')
    },
  )

  it.each([
    'device.rejected',
    'device.unplugged',
    'device.timeout',
    'device.settingOff',
    'device.notThisOne',
  ] as const)('is never asked again by itself after %s', async (code) => {
    const { flow, asked, meet, failWith } = await flowOf(requestIn('prepared'))
    meet(readyDevice)
    failWith(code)
    await flow.sign()
    meet(hindered)
    meet(readyDevice)
    await settled()
    expect(asked).toEqual(['sign'])
    expect(flow.panel).toBe(code === 'device.rejected' ? 'rejected' : 'hindered')
  })

  it('does not go on by itself when the person stopped waiting', async () => {
    const { flow, asked, meet, failWith } = await flowOf(requestIn('prepared'))
    meet(hindered)
    failWith('device.locked')
    await flow.sign()
    await flow.stop()
    meet(readyDevice)
    await settled()
    expect(asked).toEqual(['sign'])
    expect(flow.panel).toBe('preview')
  })

  it('does not ask again and again where the device only seems ready', async () => {
    const { flow, asked, meet, failWith } = await flowOf(requestIn('prepared'))
    meet(readyDevice)
    failWith('device.locked', 'device.locked')
    await flow.sign()
    meet(readyDevice)
    await settled()
    expect(asked).toEqual(['sign'])
  })

  it('never sends by itself', async () => {
    const { flow, asked, meet } = await flowOf(requestIn('prepared'))
    meet(readyDevice)
    await flow.sign()
    meet(hindered)
    meet(readyDevice)
    await settled()
    expect(asked).toEqual(['sign'])
    await flow.send()
    expect(asked).toEqual(['sign', 'submit'])
    expect(flow.panel).toBe('applied')
  })
})

describe('what the screen stands on', () => {
  it.each([
    ['the leverage', { ...preparedRequest(), to: { leverage: '11', isCross: true } }],
    [
      'a digest',
      {
        ...preparedRequest(),
        digests: { ...preparedRequest().digests, digest: preparedRequest().digests.request },
      },
    ],
  ])('is nothing but an alarm when %s is not what would be signed', async (_, prepared) => {
    const { flow } = await flowOf({ ...requestIn('signed'), prepared })
    expect(flow.panel).toBe('altered')
    expect(flow.altered?.code).toBe('request.altered')
  })

  it('shows a request as unknown whose sending nobody is doing any more', async () => {
    const { flow } = await flowOf(requestIn('sending'))
    expect(flow.panel).toBe('unknown')
  })

  it('shows an unsent request as closed once it has expired', async () => {
    const { wire } = preparedRequest()
    const { flow } = await flowOf(
      requestIn('prepared', {}, preparedRequest({ wire: { ...wire, expiresAfter: wire.nonce } })),
    )
    expect(flow.panel).toBe('closed')
  })
})
