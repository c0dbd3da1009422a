import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { failing, must, practice, run, signedRequest, tempDir, type Told } from './support.ts'

interface Signed {
  readonly request: { readonly signature: string }
}

it('an export to standard output ends before a signature that was not sent, and says which and until when', async () => {
  const { id, options } = await signedRequest()
  const { request } = await must<Signed>(['show', id, ...options])
  const kept = await run(['history', 'export', ...options])
  expect(kept.exit).toBe(0)
  expect(kept.stdout).not.toContain(request.signature)
  expect(kept.stderr).toContain('The newest row waits')
  expect(kept.stderr).toContain(`the change of BTC of treasury (${id}), until `)
  const all = await run(['history', 'export', '--with-usable-signatures', ...options])
  expect(all.stdout).toContain(request.signature)
  expect(all.stdout.startsWith(kept.stdout)).toBe(true)
  expect(all.stderr).toContain('can still be used by whoever holds it')
})

it('a backup into a file is refused while a signature could be used; beside the database it is made', async () => {
  const { id, options } = await signedRequest()
  const file = join(tempDir(), 'away.db')
  const { error } = await failing(['backup', file, ...options])
  expect(error).toMatchObject({ code: 'store.usableSignatures', outcome: 'not-sent' })
  expect(error.message).toContain(id)
  expect(existsSync(file)).toBe(false)
  await must(['backup', ...options])
  await must(['backup', file, '--with-usable-signatures', ...options])
  await must(['submit', id, ...options])
  await must(['backup', join(tempDir(), 'after.db'), ...options])
})

it('what was signed in a backup that is restored is not sent again, and reconciling puts it down', async () => {
  const { id, options } = await signedRequest()
  const file = join(tempDir(), 'before.db')
  await must(['backup', file, '--with-usable-signatures', ...options])
  await must(['submit', id, ...options])
  const { error } = await failing(['restore', file, ...options])
  expect(error.code).toBe('store.loses')
  expect(error.message).toContain(`BTC of treasury, 5x cross -> 10x cross: applied (${id})`)
  const { losses } = await must<{ losses: unknown }>(['restore', file, '--yes', ...options])
  expect(losses).toMatchObject({ rows: 3, lines: [expect.stringContaining(id)], more: 0 })
  expect((await run(['show', id, ...options])).stdout).toContain(
    'was open when this desk was made from a copy',
  )
  for (const step of ['sign', 'submit', 'withdraw'])
    expect((await failing([step, id, ...options])).error).toMatchObject({
      code: 'request.frozen',
      outcome: 'unknown',
    })
  const told = await run(['reconcile', id, ...options])
  expect(told).toMatchObject({ exit: 0 })
  expect(told.stdout).toContain(`Put down: ${id} is never sent from here. The venue shows 10x cross.`)
  expect(await must<Told>(['show', id, ...options])).toMatchObject({ request: { state: 'withdrawn' } })
})

it('an older copy in place by hand is refused by every command, with the command that goes on with it', async () => {
  const { options } = await signedRequest()
  const dir = options[options.indexOf('--data') + 1] ?? ''
  await must(['backup', join(dir, 'older.db'), '--with-usable-signatures', ...options])
  await must(['accounts', 'add', 'another', ...options])
  copyFileSync(join(dir, 'older.db'), join(dir, 'countersign.db'))
  const { error } = await failing(['accounts', ...options])
  expect(error.code).toBe('store.older')
  expect(error.next).toContain(`countersign restore`)
  expect((await failing(['restore', join(dir, 'countersign.db'), ...practice(dir)])).error.code).toBe(
    'store.loses',
  )
  await must(['restore', join(dir, 'countersign.db'), '--yes', ...practice(dir)])
  expect(await must<{ accounts: readonly unknown[] }>(['accounts', ...options])).toMatchObject({
    accounts: [{ name: 'treasury' }],
  })
})
