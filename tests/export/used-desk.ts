/**
 * A store in which something of every kind happened: applied, withdrawn, unknown, left prepared; approved in words in
 * both forms, or not at all. It is signed with a key of these tests, so neither a device nor a venue is needed.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { ulid } from 'ulid'
import { approvalDigest, messageOf, questionOf } from '../../shared/approvals/approval.ts'
import { fromHex, toHex, type Hex } from '../../shared/hex.ts'
import {
  readPreparedRequest,
  recomputeDigests,
  type ApprovalForm,
  type PreparedRequest,
  type UndigestedRequest,
} from '../../shared/prepared-request.ts'
import { recoverAddress, signatureToHex, type Signature } from '../../shared/signature.ts'
import { rulesOf, type VenueId } from '../../shared/venues/registry.ts'
import type { Account, Store } from '../../electron/store/port.ts'
import { newAccount, newStore, valueOf } from '../store/support.ts'

const key = fromHex(`0x${'01'.repeat(32)}`)

/** Signs a digest with the key of these tests. */
export function signWithTestKey(digest: Hex): Signature {
  const bytes = secp256k1.sign(fromHex(digest), key, { prehash: false, format: 'recovered' })
  return { r: toHex(bytes.slice(1, 33)), s: toHex(bytes.slice(33)), v: bytes[0] === 0 ? 27 : 28 }
}

const anyDigest: Hex = `0x${'77'.repeat(32)}`

/** The address of that key. */
export const testSigner = recoverAddress(anyDigest, signWithTestKey(anyDigest)) ?? '0x'

/** Whose name a spreadsheet would run. */
export const formulaName = '=HYPERLINK("http://evil")'

const start = Date.UTC(2026, 10, 20, 10)

interface Wanted {
  readonly symbol: string
  readonly asset: number
  readonly leverage: number
  readonly nonce: number
}

function requestOf(account: Account, wanted: Wanted): UndigestedRequest {
  const venue = account.venue === 'compass' ? 'compass' : 'hyperliquid'
  return {
    format: 1,
    venue,
    network: 'mainnet',
    origin: 'https://venue.example',
    account: { name: account.name, address: account.address },
    signer: { address: account.signer, path: account.path },
    market: { symbol: wanted.symbol, id: wanted.asset, maxLeverage: 40 },
    from: { leverage: '5', isCross: true, readAtMs: start },
    to: { leverage: String(wanted.leverage), isCross: true },
    stake: { markPrice: '97250.5', position: null },
    approval: (account.settings['approval'] as ApprovalForm | undefined) ?? 'none',
    wire: {
      action: { type: 'updateLeverage', asset: wanted.asset, isCross: true, leverage: wanted.leverage },
      nonce: wanted.nonce,
      vaultAddress: null,
      expiresAfter: venue === 'compass' ? null : start + 15 * 60_000,
    },
  }
}

async function prepared(store: Store, account: Account, wanted: Wanted): Promise<[string, PreparedRequest]> {
  const fields = requestOf(account, wanted)
  const id = ulid(wanted.nonce)
  const request = valueOf(readPreparedRequest({ ...fields, digests: recomputeDigests(fields) }, id))
  const { nonceOf, expiresAfterOf } = rulesOf(request.venue)
  const expires = expiresAfterOf(request.wire)
  const { venue, network, digests } = request
  valueOf(
    await store.requests.insertPrepared({
      id,
      accountId: account.id,
      venue,
      network,
      prepared: { ...request },
      digest: digests.digest,
      signer: account.signer,
      nonce: nonceOf(request.wire),
      expiresAfter: expires === null ? null : String(expires),
    }),
  )
  return [id, request]
}

async function approve(store: Store, id: string, request: PreparedRequest): Promise<void> {
  const question = valueOf(questionOf(id, request))
  if (question === null) return
  const signature = signatureToHex(signWithTestKey(approvalDigest(question)))
  const [form, message] = [question.form, messageOf(question)]
  valueOf(await store.approvals.add(id, { form, message, signature, signer: testSigner }))
}

async function sign(store: Store, id: string, request: PreparedRequest): Promise<void> {
  valueOf(await store.requests.transition(id, 'prepared', 'approved'))
  await approve(store, id, request)
  const signature = signatureToHex(signWithTestKey(request.digests.digest))
  valueOf(await store.requests.transition(id, 'approved', 'signed', { signature }))
}

async function send(
  store: Store,
  id: string,
  request: PreparedRequest,
  answer: string | null,
): Promise<void> {
  const body = rulesOf(request.venue).bodyOf(request.wire, signWithTestKey(request.digests.digest))
  valueOf(await store.submissions.begin(id, body))
  const outcome = answer === null ? 'unknown' : 'accepted'
  const to = answer === null ? 'unknown' : 'applied'
  const settle = { to, detail: { reason: `it is ${to}` } } as const
  const httpStatus = answer === null ? null : 200
  valueOf(await store.submissions.complete(id, { outcome, httpStatus, answer, settle }))
}

export interface UsedDesk {
  readonly store: Store
  /** Ids of its requests, in the order in which they were prepared. */
  readonly requests: readonly string[]
}

/** Opens a store and uses it. Its folder is removed after the test. */
export async function usedDesk(): Promise<UsedDesk> {
  const store = await newStore()
  const add = async (name: string, venue: VenueId, settings = {}) =>
    valueOf(
      await store.accounts.add({
        ...newAccount(name),
        venue,
        network: 'mainnet',
        address: testSigner,
        signer: testSigner,
        settings,
      }),
    )
  const words = await add('words', 'hyperliquid', { approval: 'text' })
  const typed = await add('typed', 'hyperliquid', { approval: 'typedData' })
  const formula = await add(formulaName, 'hyperliquid')
  const compass = await add('compass', 'compass')
  const [first, applied] = await prepared(store, words, {
    symbol: 'BTC',
    asset: 0,
    leverage: 10,
    nonce: start,
  })
  await sign(store, first, applied)
  await send(store, first, applied, '{"status":"ok","response":{"type":"default"}}')
  const [second, withdrawn] = await prepared(store, typed, {
    symbol: 'ETH',
    asset: 1,
    leverage: 7,
    nonce: start + 1,
  })
  await sign(store, second, withdrawn)
  valueOf(await store.requests.transition(second, 'signed', 'withdrawn'))
  const [third, unknown] = await prepared(store, compass, {
    symbol: 'AAPL',
    asset: 110_012,
    leverage: 3,
    nonce: start + 2,
  })
  await sign(store, third, unknown)
  await send(store, third, unknown, null)
  const [last] = await prepared(store, formula, { symbol: 'SOL', asset: 5, leverage: 20, nonce: start + 3 })
  valueOf(
    await store.history.append({ kind: 'device.failed', requestId: last, body: { code: 'device.locked' } }),
  )
  return { store, requests: [first, second, third, last] }
}

/** The whole history of a store as JSONL. */
export async function jsonlOf(store: Store): Promise<string> {
  let text = ''
  for await (const piece of store.history.export()) text += valueOf(piece)
  return text
}
