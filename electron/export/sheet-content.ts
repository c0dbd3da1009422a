/** What stands on the printed validation sheet of a request, before it is drawn. */
import { timeText } from '../../shared/deadline.ts'
import { factorySettings, modelName, type DeviceModel } from '../../shared/device/models.ts'
import type { Hex } from '../../shared/hex.ts'
import type { HistoryMode } from '../../shared/history/chain.ts'
import { originOf } from '../../shared/history/checkpoint.ts'
import { usableText } from '../../shared/left-signature.ts'
import { settingText } from '../../shared/market.ts'
import { previewOf, type DevicePreview, type Preview } from '../../shared/preview.ts'
import { checksummed } from '../desk/accounts.ts'
import type { ExportHead, ToldRequest } from './told-request.ts'

/** A labelled value; `mono` for what is compared character by character. */
export interface SheetField {
  readonly label: string
  readonly value: string
  readonly mono?: boolean
}

/** The rows that a device shows for one question. */
export interface SheetDevice {
  readonly title: string
  readonly rows: readonly SheetField[]
}

/** A digest in groups of four, as a Ledger's own case has it. */
export interface SheetDigest {
  readonly label: string
  readonly groups: readonly string[]
}

/** A sheet. */
export interface SheetContent {
  readonly title: string
  readonly request: string
  readonly practice: boolean
  readonly from: string
  readonly to: string
  readonly fields: readonly SheetField[]
  readonly digests: readonly SheetDigest[]
  readonly devices: readonly SheetDevice[]
  readonly statement: string
  readonly outcome: readonly SheetField[]
  /** What the QR code holds: the digest, with 0x. */
  readonly qr: string
  /** At the foot of every page: which rows of which history it was taken from, and the root in their signed head. */
  readonly foot: string
  readonly root: string
}

/** Which history a sheet is from, and the head of the rows that it was taken from. */
export interface SheetSource {
  readonly mode: HistoryMode
  readonly chainId: Hex
  readonly head: ExportHead
}

/** The model whose rows stand on a sheet: they are the same on every model, only the pages differ. */
const model: DeviceModel = 'nanoSP'

const groups = (hex: string): readonly string[] => hex.slice(2).toUpperCase().match(/.{4}/g) ?? []

function digestsOf({ digests, signedBy }: Preview): readonly SheetDigest[] {
  const named = [
    ['connectionId', digests.connectionId],
    ['Domain hash', digests.domainHash],
    ['Message hash', digests.messageHash],
    [signedBy === 'device' ? 'Digest that is signed' : null, digests.digest],
    ['Digest of the request', digests.request],
  ] as const
  return named.flatMap(([label, hex]) =>
    label === null || hex === null ? [] : [{ label, groups: groups(hex) }],
  )
}

function deviceOf({ question, review }: DevicePreview): SheetDevice {
  const what = question === 'approval' ? 'the approval in words' : 'what the venue takes'
  const title = `A Ledger with "Raw messages" on shows for ${what}`
  if (review.kind === 'refused')
    return { title, rows: [{ label: 'Refused', value: 'It signs nothing of this.' }] }
  return { title, rows: review.rows.map(({ label, value }) => ({ label, value, mono: true })) }
}

const toCents = (usd: string): string => usd.replace(/(\.\d{2})\d+$/, '$1')

function stakeText({ stake, market }: Preview): string {
  const { position, marginNeeded } = stake
  if (!position) return `no open position in ${market.symbol}`
  return `position ${position.size} ${market.symbol}, worth ${toCents(position.value)} USD; margin needed ${marginNeeded} USD`
}

function fieldsOf(preview: Preview): readonly SheetField[] {
  const { venue, account, signer, market, from, nonce, expiresAfter, subject } = preview
  const fields: readonly (SheetField | null)[] = [
    { label: 'Venue', value: `${venue.name}, ${venue.network}` },
    { label: 'Sent to', value: venue.origin, mono: true },
    { label: 'Account', value: account.name },
    { label: 'Address', value: checksummed(account.address), mono: true },
    subject === account.address ? null : { label: 'Changed for', value: subject, mono: true },
    { label: 'Signed by', value: `${checksummed(signer.address)}  ${signer.path}`, mono: true },
    { label: 'Market', value: market.id === null ? market.symbol : `${market.symbol}, number ${market.id}` },
    { label: 'Read before', value: `${settingText(from)}, ${timeText(from.readAtMs)}` },
    { label: 'At stake', value: stakeText(preview) },
    nonce === null ? null : { label: 'Nonce', value: nonce, mono: true },
    { label: 'Expires', value: expiresAfter === null ? 'never' : timeText(expiresAfter) },
  ]
  return fields.filter((field) => field !== null)
}

const seconds = (iso: string): string => timeText(Date.parse(iso))

function outcomeOf(request: ToldRequest): readonly SheetField[] {
  const { state, createdAt, updatedAt, approval, signature, sentAt, answeredAt, httpStatus, outcome } =
    request
  const message = request.detail?.['message']
  const left = usableText(request)
  const status = httpStatus === null ? '' : `, HTTP ${httpStatus}`
  const fields: readonly (SheetField | null)[] = [
    { label: 'Prepared', value: seconds(createdAt) },
    approval && { label: 'Approval', value: approval.signature, mono: true },
    signature === null || signature === approval?.signature
      ? null
      : { label: 'Signature', value: signature, mono: true },
    sentAt === null ? null : { label: 'Sent', value: seconds(sentAt) },
    answeredAt === null ? null : { label: 'Answered', value: `${outcome}${status}, ${seconds(answeredAt)}` },
    { label: 'State', value: `${state} since ${seconds(updatedAt)}` },
    typeof message === 'string' ? { label: 'What is known', value: message } : null,
    left === null ? null : { label: 'What is left', value: left },
  ]
  return fields.filter((field) => field !== null)
}

/** The content of the sheet of a request. */
export function sheetContent(request: ToldRequest, { mode, chainId, head }: SheetSource): SheetContent {
  const { id, prepared } = request
  const preview = previewOf(id, prepared, model, { ...factorySettings, rawMessages: true })
  const questions = preview.words === null ? [preview.device] : [preview.words, preview.device]
  return {
    title: `${prepared.market.symbol}: ${settingText(prepared.to)}`,
    request: id,
    practice: mode === 'practice',
    from: settingText(prepared.from),
    to: settingText(prepared.to),
    fields: fieldsOf(preview),
    digests: digestsOf(preview),
    devices: questions.map(deviceOf),
    statement: preview.statement.sentence.replaceAll(`Your ${modelName(model)}`, 'Your Ledger'),
    outcome: outcomeOf(request),
    qr: prepared.digests.digest,
    foot: `Request ${id}, from rows 1 to ${head.size} of ${originOf(chainId)}`,
    root: `root ${head.root}`,
  }
}
