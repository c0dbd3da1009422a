import { describe, expect, it } from 'vitest'
import { privateKeyToAccount } from 'viem/accounts'
import {
  approvalDigest,
  approvalFactsOf,
  messageOf,
  questionOf,
  verifyApproval,
  type Approval,
} from '../../shared/approvals/approval.ts'
import { readApprovalText } from '../../shared/approvals/text.ts'
import { readApprovalTypedData } from '../../shared/approvals/typed-data.ts'
import { lower } from '../../shared/hex.ts'
import {
  recomputeDigests,
  type PreparedRequest,
  type UndigestedRequest,
} from '../../shared/prepared-request.ts'
import { sampleRequest } from './samples.ts'
import { attack } from '../support/proven.ts'

const id = '01JD0000000000000000000000'
const key = privateKeyToAccount(`0x${'01'.repeat(32)}`)
const stranger = privateKeyToAccount(`0x${'02'.repeat(32)}`)
const inTime = 1_795_000_000_000

/** A request that `key` answers for. */
function requestOf(form: 'text' | 'typedData', change: Partial<UndigestedRequest> = {}): PreparedRequest {
  const { digests: _, ...sample } = sampleRequest(form)
  const signer = { address: lower(key.address), path: "44'/60'/0'/0/0" }
  const request = { ...sample, signer, ...change } as UndigestedRequest
  return { ...request, digests: recomputeDigests(request) } as PreparedRequest
}

async function approve(request: PreparedRequest, by = key): Promise<Approval> {
  const question = questionOf(id, request)
  if (!question.ok || question.value === null) throw new Error('nothing is asked')
  const signature = await by.sign({ hash: approvalDigest(question.value) })
  return {
    form: question.value.form,
    message: messageOf(question.value),
    signature,
    signer: lower(by.address),
  }
}

describe.each(['text', 'typedData'] as const)('an approval as %s', (form) => {
  it('says the facts of the request and nothing else', () => {
    const request = requestOf(form)
    const facts = approvalFactsOf(id, request)
    if (!facts.ok) throw new Error(facts.error.message)
    expect(facts.value).toEqual({
      market: 'BTC',
      change: '5x -> 10x',
      mode: 'cross',
      venue: 'hyperliquid mainnet',
      subject: request.account.address,
      until: '2026-11-18 11:21:40 UTC',
      request: id,
      digest: request.digests.request.slice(2),
    })
    const question = questionOf(id, request)
    if (!question.ok || question.value === null) throw new Error('nothing is asked')
    const read =
      question.value.form === 'text'
        ? readApprovalText(question.value.text)
        : readApprovalTypedData(question.value.typedData)
    expect(read).toEqual(facts)
  })

  it('holds for its own request until its time, by its own signer', async () => {
    const request = requestOf(form)
    const approval = await approve(request)
    expect(verifyApproval(id, request, approval, inTime)).toEqual({ ok: true, value: null })
    expect(verifyApproval(id, request, approval, 1_795_000_899_999)).toMatchObject({ ok: true })
    expect(verifyApproval(id, request, approval, 1_795_000_900_000)).toMatchObject({
      error: { code: 'approval.expired' },
    })
  })

  attack(
    'edit',
    'uses an approval in words for another request than it names',
    'refused with approval.otherRequest',
    async () => {
      const approval = await approve(requestOf(form))
      const others = [
        requestOf(form, { market: { symbol: 'ETH', id: 1, maxLeverage: 25 } }),
        requestOf(form, { to: { leverage: '20', isCross: true } }),
        requestOf(form, { from: { leverage: '6', isCross: true, readAtMs: inTime } }),
        requestOf(form, { network: 'testnet' }),
        requestOf(form, { account: { name: 'other', address: lower(key.address) } }),
        requestOf(form, { stake: { markPrice: '1.0', position: null } }),
        requestOf(form === 'text' ? 'typedData' : 'text'),
      ]
      for (const other of others)
        expect(verifyApproval(id, other, approval, inTime)).toMatchObject({
          error: { code: 'approval.otherRequest' },
        })
      expect(verifyApproval('01JD0000000000000000000001', requestOf(form), approval, inTime)).toMatchObject({
        error: { code: 'approval.otherRequest', field: 'message' },
      })
    },
  )

  it('is refused by another signer, altered, unsigned, or missing', async () => {
    const request = requestOf(form)
    const approval = await approve(request)
    const verify = (given: Approval | null) => verifyApproval(id, request, given, inTime)
    const differs = { error: { code: 'approval.signerDiffers' } }
    expect(verify(await approve(request, stranger))).toMatchObject(differs)
    expect(verify({ ...approval, signer: lower(stranger.address) })).toMatchObject(differs)
    const changed = { error: { code: 'approval.otherRequest', field: 'message' } }
    expect(verify({ ...approval, message: `${approval.message} ` })).toMatchObject(changed)
    expect(verify({ ...approval, message: `${approval.message}\n` })).toMatchObject(changed)
    const unsigned = { error: { code: 'approval.otherRequest', field: 'signature' } }
    expect(verify({ ...approval, signature: '0x' })).toMatchObject(unsigned)
    expect(verify(null)).toMatchObject({ error: { code: 'approval.missing' } })
  })
})

describe('what cannot be approved in words', () => {
  it('is not asked where the account does not want it', () => {
    expect(questionOf(id, sampleRequest('none'))).toEqual({ ok: true, value: null })
  })

  it('is refused before anybody is asked: a time that is none, a market in other letters', () => {
    const { wire } = requestOf('text')
    const endless = { ...wire, nonce: Number.MAX_SAFE_INTEGER, expiresAfter: null }
    expect(questionOf(id, requestOf('text', { wire: endless } as Partial<UndigestedRequest>))).toMatchObject({
      error: { code: 'approval.malformed', field: 'until' },
    })
    const market = { symbol: 'BTC\u{2212}PERP', id: 0, maxLeverage: 40 }
    expect(questionOf(id, requestOf('text', { market }))).toMatchObject({
      error: { code: 'approval.malformed', field: 'market' },
    })
  })
})
