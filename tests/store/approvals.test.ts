import { expect, it } from 'vitest'
import { failureOf, newAccount, newRequest, newStore, signedRequest, tempDir, valueOf } from './support.ts'

const approval = { form: 'text', message: 'yes', signature: '0x01', signer: '0x02' } as const

it('an approval of a request that is over is refused, and leaves no row', async () => {
  const store = await newStore()
  const { id } = await signedRequest(store)
  valueOf(await store.requests.transition(id, 'signed', 'withdrawn'))
  const before = valueOf(await store.history.head())
  expect(failureOf(await store.approvals.add(id, approval))).toMatchObject({
    code: 'request.wrongState',
    outcome: 'not-sent',
  })
  expect(valueOf(await store.history.head())).toEqual(before)
})

it('an approval is kept by whoever holds the request, and by nobody else meanwhile', async () => {
  const dir = tempDir()
  const [store, other] = [await newStore(dir), await newStore(dir)]
  const account = valueOf(await store.accounts.add(newAccount()))
  const { id } = valueOf(await store.requests.insertPrepared(newRequest(account.id)))
  const lease = valueOf(await other.leases.acquire(id))
  expect(failureOf(await store.approvals.add(id, approval)).code).toBe('request.busy')
  expect(valueOf(await other.approvals.add(id, approval))).toEqual(approval)
  await lease.release()
})
