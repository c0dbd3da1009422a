/** The calls about API keys. A secret goes in and is wiped; only what is public comes out. */
import { implement } from '@orpc/server'
import { contract, type ApiKeyView, type KeyInputView } from '../../shared/contract.ts'
import { ok, type Result } from '../../shared/errors.ts'
import type { KeyDesk } from '../desk/keys.ts'
import { addPracticeKey } from '../desk/practice-key.ts'
import { registerOwnKey } from '../desk/register-key.ts'
import type { World } from '../desk/world.ts'
import type { KeyInput } from '../desk/key-input.ts'
import type { ApiKey } from '../store/port.ts'
import type { DeskHost } from './desk-host.ts'
import { mapped } from './mapped.ts'

const os = implement(contract)

const view = (key: ApiKey): ApiKeyView => ({
  id: key.id,
  accountId: key.accountId,
  venue: key.venue,
  kind: key.kind,
  keyId: key.keyId,
  label: key.label,
  sealedBy: key.sealedBy,
  createdAt: key.createdAt,
  expiresAt: key.expiresAt,
  permissions: key.permissions && [...key.permissions],
})

const inputOf = ({ accountId, secret, ...input }: KeyInputView): KeyInput => ({
  ...input,
  account: accountId,
  secret: secret === null ? null : Buffer.from(secret),
})

/** The routes about API keys of a desk host. */
export function keyRoutes(host: DeskHost) {
  /** Does something that changes a key, and tells every screen. */
  const changingIn = (work: (world: World) => Promise<Result<ApiKey>>): Promise<Result<ApiKeyView>> =>
    mapped(host.world(), (world) =>
      mapped(work(world), (key) => {
        host.publish({ type: 'keys' })
        return ok(view(key))
      }),
    )
  const changing = (work: (keys: KeyDesk) => Promise<Result<ApiKey>>): Promise<Result<ApiKeyView>> =>
    changingIn(({ keys }) => work(keys))
  const sealing = (work: (keys: KeyDesk) => ReturnType<KeyDesk['sealing']>) =>
    mapped(host.world(), ({ keys }) =>
      mapped(work(keys), (how) => {
        host.publish({ type: 'keys' })
        return ok({ ...how })
      }),
    )
  return {
    list: os.keys.list.handler(() =>
      mapped(host.world(), ({ keys }) =>
        mapped(keys.sealing(), (how) =>
          mapped(keys.list(), (list) => ok({ keys: list.map(view), sealing: { ...how } })),
        ),
      ),
    ),
    add: os.keys.add.handler(({ input }) => changing((keys) => keys.add(inputOf(input)))),
    rotate: os.keys.rotate.handler(({ input }) => changing((keys) => keys.rotate(inputOf(input)))),
    addPractice: os.keys.addPractice.handler(({ input: { accountId: account, ...sealing } }) =>
      changingIn((world) => addPracticeKey(world, { account, ...sealing })),
    ),
    register: os.keys.register.handler(({ input }) =>
      mapped(host.world(), async (world) => {
        const outcome = await registerOwnKey(world, { account: input.accountId })
        // A key that was made stays even where its registration failed.
        host.publish({ type: 'keys' })
        return mapped(outcome, ({ key, registered }) =>
          ok({ key: view(key), listed: registered.standing !== null }),
        )
      }),
    ),
    remove: os.keys.remove.handler(({ input: { accountId, passphrase } }) =>
      changing((keys) => keys.remove(accountId, passphrase)),
    ),
    test: os.keys.test.handler(({ input }) => changing((keys) => keys.test(input.accountId))),
    unlock: os.keys.unlock.handler(({ input }) => sealing((keys) => keys.unlock(input.passphrase))),
    lock: os.keys.lock.handler(() =>
      sealing((keys) => {
        keys.lock()
        return keys.sealing()
      }),
    ),
  }
}
