/** The contract, carried out by the desk. Every handler is a translation; the rules are in the desk. */
import { implement } from '@orpc/server'
import type * as v from 'valibot'
import { contract, type preparationSchema, type prepareInputSchema } from '../../shared/contract.ts'
import { fail, needsRecovery, ok, type Result } from '../../shared/errors.ts'
import { lower, type Hex } from '../../shared/hex.ts'
import { addAccount } from '../desk/accounts.ts'
import { listAgents } from '../desk/agents.ts'
import { approveAgent } from '../desk/approve-agent.ts'
import { listMarkets, readSettings } from '../desk/markets.ts'
import { practiceSubAccount } from '../desk/practice-key.ts'
import { prepare } from '../desk/prepare.ts'
import { prepareRevocation } from '../desk/prepare-revocation.ts'
import { permitReading } from '../desk/read-permit.ts'
import { reconcile } from '../desk/reconcile.ts'
import { revoke } from '../desk/revoke.ts'
import { sign } from '../desk/sign.ts'
import { submit } from '../desk/submit.ts'
import { withdraw } from '../desk/withdraw.ts'
import type { StoredRequest } from '../store/port.ts'
import { DeskHost, type DeskHostOptions } from './desk-host.ts'
import { historyRoutes } from './history-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { mapped } from './mapped.ts'
import { sessionRoutes } from './session-routes.ts'
import { accountView, all, requestView } from './views.ts'
import type { World } from '../desk/world.ts'

const os = implement(contract)

const viewOf =
  ({ ports }: World) =>
  (stored: StoredRequest) =>
    requestView(ports.store, stored)

function accountRoutes(host: DeskHost) {
  return {
    list: os.accounts.list.handler(() =>
      mapped(host.world(), async ({ ports }) =>
        mapped(ports.store.accounts.list(), (accounts) => all(accounts, accountView)),
      ),
    ),
    scan: os.accounts.scan.handler(({ input }) =>
      mapped(host.world(), (world) => scan(world, input.from, input.count)),
    ),
    add: os.accounts.add.handler(({ input }) =>
      mapped(host.world(), async ({ ports, source }) => {
        const ledger = await source.open()
        if (!ledger.ok) return ledger
        const added = await addAccount({ store: ports.store, ledger: ledger.value }, input)
        if (added.ok) host.publish({ type: 'accounts' })
        return mapped(added, accountView)
      }),
    ),
    permitReading: os.accounts.permitReading.handler(({ input }) =>
      mapped(host.world(), ({ ports }) =>
        mapped(permitReading(ports, input.accountId), ({ expiresAtMs }) => ok({ expiresAtMs })),
      ),
    ),
  }
}

function agentRoutes(host: DeskHost) {
  return {
    list: os.agents.list.handler(({ input }) =>
      mapped(host.world(), ({ ports }) =>
        mapped(listAgents(ports, input.accountId), ({ owner, agents, leftOut, open, readAtMs }) =>
          ok({ owner, agents: [...agents], leftOut: [...leftOut], open: [...open], readAtMs }),
        ),
      ),
    ),
    approve: os.agents.approve.handler(({ input }) =>
      mapped(host.world(), ({ ports }) => {
        const { accountId: account, ...agent } = input
        return mapped(approveAgent(ports, { account, ...agent }), (outcome) => ok({ ...outcome }))
      }),
    ),
  }
}

/** Addresses of the only device, read without asking anybody. */
async function scan(
  { source }: World,
  from: number,
  count: number,
): Promise<Result<{ path: string; address: Hex }[]>> {
  const ledger = await source.open()
  if (!ledger.ok) return ledger
  const paths = Array.from({ length: count }, (_, place) => `44'/60'/0'/0/${from + place}`)
  return all(paths, (path) =>
    mapped(ledger.value.address(path), (address) => ok({ path, address: lower(address) })),
  )
}

function marketRoutes(host: DeskHost) {
  return {
    list: os.markets.list.handler(({ input }) =>
      mapped(host.world(), ({ ports }) =>
        mapped(listMarkets(ports, input.accountId), ({ markets, leftOut, readAtMs }) =>
          ok({ markets: [...markets], leftOut: [...leftOut], readAtMs }),
        ),
      ),
    ),
    current: os.markets.current.handler(({ input }) =>
      mapped(host.world(), ({ ports }) =>
        mapped(readSettings(ports, input.accountId, input.symbols), ({ taken, leftOut }) =>
          ok({ settings: [...taken], leftOut: [...leftOut] }),
        ),
      ),
    ),
  }
}

type PrepareRequest = v.InferOutput<typeof prepareInputSchema>
type Preparation = v.InferOutput<typeof preparationSchema>

async function prepareFor(host: DeskHost, world: World, input: PrepareRequest): Promise<Result<Preparation>> {
  const { accountId, expiresInMinutes, market, leverage, sellLeverage, isCross } = input
  const expiresInMs = typeof expiresInMinutes === 'number' ? expiresInMinutes * 60_000 : expiresInMinutes
  const wanted = {
    account: accountId,
    market,
    leverage,
    ...(sellLeverage === undefined ? {} : { sellLeverage }),
    isCross,
    ...(expiresInMs === undefined ? {} : { expiresInMs }),
  }
  const outcome = await prepare(world.ports, wanted)
  if (!outcome.ok) return outcome
  if (outcome.value.kind === 'alreadySet') {
    const { setting, readAtMs } = outcome.value
    return ok({ kind: 'alreadySet', market: outcome.value.market.symbol, ...setting, readAtMs })
  }
  const { stored } = outcome.value
  host.publish({ type: 'request', id: stored.id, state: stored.state })
  return mapped(viewOf(world)(stored), (request) => ok({ kind: 'prepared', request }))
}

/** Reading an address asks nobody, and before it the app is made ready: what was left on the screen goes. */
async function clearScreen(source: World['source']): Promise<void> {
  const ledger = await source.open()
  if (ledger.ok) await ledger.value.address("44'/60'/0'/0/0")
}

function requestRoutes(host: DeskHost) {
  return {
    list: os.requests.list.handler(({ input }) =>
      mapped(host.world(), (world) => {
        const states = input.states?.filter((state) => state !== 'draft')
        const filter = { limit: input.limit, ...(states ? { states } : {}) }
        return mapped(world.ports.store.requests.list(filter), (stored) => all(stored, viewOf(world)))
      }),
    ),
    get: os.requests.get.handler(({ input }) =>
      mapped(host.world(), (world) => mapped(world.ports.store.requests.get(input.id), viewOf(world))),
    ),
    prepare: os.requests.prepare.handler(({ input }) =>
      mapped(host.world(), (world) => prepareFor(host, world, input)),
    ),
    sign: os.requests.sign.handler(({ input }) =>
      host.about(input.id, (world) => mapped(sign(world.ports, input.id, input.digest), viewOf(world))),
    ),
    stopAsking: os.requests.stopAsking.handler(() =>
      mapped(host.world(), async ({ source }) => {
        await source.release()
        await clearScreen(source)
        return ok(null)
      }),
    ),
    submit: os.requests.submit.handler(({ input }) =>
      host.about(input.id, (world) =>
        mapped(submit(world.ports, input.id, input.digest), ({ stored, failure }) =>
          mapped(viewOf(world)(stored), (request) => ok({ request, failure })),
        ),
      ),
    ),
    reconcile: os.requests.reconcile.handler(({ input }) =>
      host.about(input.id, (world) =>
        mapped(reconcile(world.ports, input.id), ({ stored, failure }) =>
          mapped(viewOf(world)(stored), (request) => ok({ request, failure })),
        ),
      ),
    ),
    prepareRevocation: os.requests.prepareRevocation.handler(({ input }) =>
      mapped(host.world(), ({ ports }) =>
        mapped(prepareRevocation(ports, input.id), (now) =>
          ok(now.kind === 'prepared' ? { ...now, ends: [...now.ends] } : now),
        ),
      ),
    ),
    revoke: os.requests.revoke.handler(({ input }) =>
      host.about(input.id, (world) =>
        mapped(revoke(world.ports, input.id, input.terms), ({ stored, failure }) =>
          mapped(viewOf(world)(stored), (request) => ok({ request, failure })),
        ),
      ),
    ),
    withdraw: os.requests.withdraw.handler(({ input }) =>
      host.about(input.id, (world) => mapped(withdraw(world.ports, input.id), viewOf(world))),
    ),
  }
}

function practiceRoutes(host: DeskHost) {
  return {
    get: os.practice.get.handler(() => host.practice),
    input: os.practice.input.handler(({ input }) =>
      mapped(host.ledger(), (ledger) => {
        ledger.input(input.input)
        return ok(ledger.view)
      }),
    ),
    change: os.practice.change.handler(({ input }) =>
      mapped(host.ledger(), (ledger) => {
        ledger.change(input)
        return ok(ledger.view)
      }),
    ),
    failNext: os.practice.failNext.handler(({ input }) =>
      mapped(host.world(), ({ venue }) => {
        if (!venue) return fail('session.notPractice')
        venue.failNext(input.fault)
        return ok(null)
      }),
    ),
    subAccount: os.practice.subAccount.handler(({ input }) =>
      mapped(host.world(), (world) => practiceSubAccount(world, lower(input.address))),
    ),
  }
}

/** The router of a desk host. */
export const createRouter = (host: DeskHost) =>
  os.router({
    session: sessionRoutes(host),
    accounts: accountRoutes(host),
    agents: agentRoutes(host),
    keys: keyRoutes(host),
    markets: marketRoutes(host),
    requests: requestRoutes(host),
    history: historyRoutes(host),
    work: {
      stop: os.work.stop.handler(({ input }) => {
        host.works.stop(input.kind)
        return ok(null)
      }),
    },
    device: { get: os.device.get.handler(() => host.device) },
    practice: practiceRoutes(host),
    events: os.events.handler(({ signal }) => host.events(signal)),
  })

/** The router that a shell serves. */
export type DeskRouter = ReturnType<typeof createRouter>

/**
 * Makes a desk for a shell. Fails with `store.*` when the mode that is opened at once cannot be opened, but for a
 * database that is lost or damaged: then the screens say so and offer a backup.
 */
export async function createDesk(
  options: DeskHostOptions,
): Promise<Result<{ router: DeskRouter; close: () => Promise<void> }>> {
  const host = new DeskHost(options)
  if (options.mode) {
    const opened = await host.open(options.mode)
    if (!opened.ok && !needsRecovery(opened.error)) return opened
  }
  return ok({ router: createRouter(host), close: () => host.close() })
}
