/** A desk behind the contract, as the screens meet it, and a person at its practice Ledger. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import type * as v from 'valibot'
import { onTestFinished } from 'vitest'
import type { addAccountSchema, DeskEvent } from '../../shared/contract.ts'
import type { Failure } from '../../shared/errors.ts'
import { createDesk } from '../../electron/host/router.ts'
import type { DeskHostOptions } from '../../electron/host/desk-host.ts'

/** What an account is made from. */
export const newAccount = {
  name: 'treasury',
  venue: 'hyperliquid',
  network: 'mainnet',
  path: "44'/60'/0'/0/0",
  account: null,
  vault: null,
  settings: {},
  approval: null,
} as const

type AddAccount = v.InferInput<typeof addAccountSchema>
type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure }

/** The value of an answer; throws what failed. */
export function must<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`)
  return answer.value
}

/** A desk with a client, and every event that it tells; closed when the test is over. */
export async function openDesk(options: Partial<DeskHostOptions> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-host-'))
  const desk = must(await createDesk({ shell: 'browser', version: '0', dataDir, ...options }))
  const client = createRouterClient(desk.router)
  const stop = new AbortController()
  const events: DeskEvent[] = []
  const listeners = new Set<() => void>()
  const following = (async () => {
    for await (const event of await client.events(undefined, { signal: stop.signal })) {
      events.push(event)
      for (const listener of listeners) listener()
    }
  })().catch(() => undefined)
  onTestFinished(async () => {
    stop.abort()
    await following
    await desk.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const until = (wanted: (event: DeskEvent) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!events.some(wanted)) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
    })
  return { client, events, until, dataDir }
}

/** The client of a desk. */
export type Client = Awaited<ReturnType<typeof openDesk>>['client']

/** Presses the practice Ledger's buttons through the contract until it asks no more. */
export async function approve(client: Client): Promise<void> {
  for (let view = await client.practice.get(); view?.asking; view = await client.practice.get()) {
    const decides = /Confirm|Sign message|To accept risk/.test(view.lines.join(' '))
    must(await client.practice.input({ input: decides ? 'both' : 'right' }))
  }
}

/** Whether an event tells that the practice Ledger asks. */
export const asking = (event: DeskEvent) => event.type === 'practice' && event.practice.asking

type Desk = Awaited<ReturnType<typeof openDesk>>

/** Does something that asks the practice Ledger, and approves it there. */
export async function approving<T>(
  { client, events, until }: Desk,
  work: () => Promise<Answer<T>>,
): Promise<T> {
  events.length = 0
  const doing = work()
  await until(asking)
  await approve(client)
  return must(await doing)
}

/** A desk with an account that was confirmed on its Ledger. */
export async function withAccount(
  options: Partial<DeskHostOptions> = { mode: 'practice' },
  account: Partial<AddAccount> = {},
) {
  const desk = await openDesk(options)
  const added = await approving(desk, () => desk.client.accounts.add({ ...newAccount, ...account }))
  return { ...desk, account: added }
}
