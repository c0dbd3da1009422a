/** Watches which device is there and whether it can sign, once a second, without ever asking the person anything. */
import type { DeviceState } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import type { LedgerSource } from '../device/port.ts'

const intervalMs = 1_000

/** The watch over a source of devices. */
export interface DeviceWatch {
  readonly state: DeviceState
  /** Looks now instead of at the next second. */
  look(): Promise<void>
  /** Stops; resolves when nothing is being looked at any more. */
  stop(): Promise<void>
}

type Seen = Omit<DeviceState, 'checkedAtMs'>

const hindered = (failure: Failure, model: DeviceState['model'] = null): Seen => ({
  presence: failure.code === 'device.none' ? 'none' : 'hindered',
  model,
  app: null,
  failure,
})

/** The first device that is ready, else the first one with what hinders it. */
async function see(source: LedgerSource): Promise<Seen> {
  const listed = await source.list()
  if (!listed.ok) return hindered(listed.error)
  let first: Seen | undefined
  for (const { id, model } of listed.value) {
    const opened = await source.open(id)
    const app = opened.ok ? await opened.value.app() : opened
    if (app.ok) return { presence: 'ready', model, app: app.value, failure: null }
    if (app.error.code === 'device.busy') return { presence: 'asking', model, app: null, failure: null }
    first ??= hindered(app.error, model)
  }
  return first ?? { presence: 'none', model: null, app: null, failure: null }
}

/** Starts watching; `onChange` is called with every state that differs from the one before. */
export function watchDevice(
  source: LedgerSource,
  now: () => number,
  onChange: (state: DeviceState) => void,
): DeviceWatch {
  let state: DeviceState = { presence: 'none', model: null, app: null, failure: null, checkedAtMs: now() }
  let looking: Promise<void> | undefined
  let stopped = false

  async function lookOnce(): Promise<void> {
    const seen = await see(source)
    const { checkedAtMs: _, ...before } = state
    state = { ...seen, checkedAtMs: now() }
    if (!stopped && JSON.stringify(before) !== JSON.stringify(seen)) onChange(state)
  }

  function look(): Promise<void> {
    if (stopped) return Promise.resolve()
    looking ??= lookOnce().finally(() => {
      looking = undefined
    })
    return looking
  }

  const timer = setInterval(() => void look(), intervalMs)
  return {
    get state() {
      return state
    },
    look,
    async stop() {
      stopped = true
      clearInterval(timer)
      await looking
    },
  }
}
