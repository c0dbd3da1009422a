import { expect, it } from 'vitest'
import { failureOf, newAccount, newStore, signer, tamper, valueOf } from './support.ts'

it('an account is found by name in any case and by id, and listed by name', async () => {
  const store = await newStore()
  const main = valueOf(await store.accounts.add(newAccount('Main')))
  const alpha = valueOf(await store.accounts.add({ ...newAccount('alpha'), settings: { b: 1, a: [true] } }))
  expect(valueOf(await store.accounts.get('MAIN'))).toEqual(main)
  expect(valueOf(await store.accounts.get(alpha.id))).toEqual(alpha)
  expect(valueOf(await store.accounts.list())).toEqual([alpha, main])
  expect(failureOf(await store.accounts.get('other'))).toMatchObject({ code: 'request.unknownAccount' })
})

it('addresses are kept in lower case, whatever case they came in', async () => {
  const store = await newStore()
  const loud = `0x${signer.slice(2).toUpperCase()}` as const
  const added = valueOf(
    await store.accounts.add({ ...newAccount(), address: loud, signer: loud, vaultAddress: loud }),
  )
  expect([added.address, added.signer, added.vaultAddress]).toEqual([signer, signer, signer])
  expect(valueOf(await store.accounts.list())).toEqual([added])
})

it('a second account of a name, in any case, is refused and leaves no trace', async () => {
  const store = await newStore()
  valueOf(await store.accounts.add(newAccount('Main')))
  const head = valueOf(await store.history.head())
  expect(failureOf(await store.accounts.add(newAccount('mAIN')))).toMatchObject({
    code: 'request.duplicateAccount',
  })
  expect(valueOf(await store.history.head())).toEqual(head)
})

it('adding an account is a row of the history that holds all of it', async () => {
  const store = await newStore()
  const account = valueOf(await store.accounts.add(newAccount()))
  const [row] = valueOf(await store.history.list())
  expect(row).toMatchObject({ kind: 'account.added', requestId: null, at: account.createdAt })
  expect(JSON.parse(row?.body ?? '')).toEqual({ account })
})

it('an account whose settings were changed is refused', async () => {
  const store = await newStore()
  valueOf(await store.accounts.add(newAccount()))
  tamper(store.path, `UPDATE accounts SET settings = '{'`)
  for (const result of [await store.accounts.get('Main'), await store.accounts.list()]) {
    expect(failureOf(result)).toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('"Main"'),
    })
  }
})
