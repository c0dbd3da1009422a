/**
 * The pages of a question on a touch model, laid out for the Stax (400 x 672 pixels).
 * Source: nbgl_use_case.c and nbgl_layout.c of ledger-secure-sdk, checked against recorded screens.
 */
import type { DeviceFlow, FlowPage, FlowTarget } from './flow.ts'
import { staxLarge, staxSmall } from './fonts.ts'
import type { ReviewRequest, TextPair } from './requests.ts'
import { countLines, drawLines } from './text-layout.ts'

/** All in pixels. */
const textWidth = 352
const spaceAbovePairs = 24
const spaceBetweenPairs = 12
const spaceInPair = 4
const heightForPairs = 548
/** What the header "Skip" takes of it. */
const skipHeight = 56

const linesInReview = 10
/** Room for the button "More". */
const linesWithMore = linesInReview - 3

const small = (text: string): string[] => drawLines(staxSmall, text, textWidth, { wrap: true })
const large = (text: string): string[] => drawLines(staxLarge, text, textWidth, { wrap: true })

interface PairPage {
  readonly pairs: readonly TextPair[]
  /** A single value that does not fit. */
  readonly cut: boolean
}

function pairHeight({ label, value }: TextPair): number {
  const label24 = countLines(staxSmall, label, textWidth, true) * staxSmall.lineHeight
  return label24 + spaceInPair + countLines(staxLarge, value, textWidth, true) * staxLarge.lineHeight
}

/** How many pairs from `start` fit on a page. */
function fill(pairs: readonly TextPair[], start: number, skippable: boolean): PairPage {
  const room = heightForPairs - (skippable ? skipHeight : 0)
  let height = spaceAbovePairs
  let end = start
  for (const pair of pairs.slice(start)) {
    if (end > start) height += spaceBetweenPairs
    if (end > start && pair.pageStart === true) break
    height += pairHeight(pair)
    const tooLong = countLines(staxLarge, pair.value, textWidth, true) > linesInReview
    if (height >= room || tooLong) {
      if (end === start) return { pairs: [pair], cut: true }
      break
    }
    end += 1
  }
  return { pairs: pairs.slice(start, end), cut: false }
}

function paginate(pairs: readonly TextPair[], skippable: boolean): PairPage[] {
  const pages: PairPage[] = []
  for (let start = 0; start < pairs.length;) {
    const page = fill(pairs, start, skippable)
    pages.push(page)
    start += page.pairs.length
  }
  return pages
}

function pairLines({ pairs, cut }: PairPage): string[] {
  const lines = pairs.flatMap(({ label, value }) => [
    ...small(label),
    ...drawLines(staxLarge, value, textWidth, {
      wrap: true,
      ...(cut ? { maxLines: linesWithMore, dots: true } : {}),
    }),
  ])
  return cut ? [...lines, 'More'] : lines
}

const warningLines = [
  'Blind signing ahead',
  'If you sign this transaction, ',
  'you could loose your assets. ',
  'Explore safer alternatives: ',
  'ledger.com/integrated-apps',
  'Accept risk and continue',
  'Back to safety',
]

interface Page {
  readonly lines: readonly string[]
  readonly on: Record<string, FlowTarget>
  readonly forward: string
  readonly reject: string
}

const next = 'swipe left'
const back = 'swipe right'

interface Wording {
  readonly title: string
  readonly hint: string
  readonly approveTitle: string
  readonly noun: string
  readonly blind: boolean
  readonly skippable: boolean
}

function wording(request: Exclude<ReviewRequest, { kind: 'address' }>): Wording {
  if (request.kind === 'message') {
    const noun = 'message'
    return {
      title: 'Review message',
      hint: 'Swipe to review',
      approveTitle: 'Sign message?',
      noun,
      blind: false,
      skippable: false,
    }
  }
  return {
    title: 'Review typed message',
    hint: 'Blind signing required.',
    approveTitle: 'Accept risk and sign typed message?',
    noun: request.hashed ? 'transaction' : 'message',
    blind: true,
    skippable: request.skippable,
  }
}

/** "Reject" and "n of m" at the bottom of every page of a review. */
const footer = (page: number, count: number): string[] => ['Reject', `${page} of ${count}`]

function reviewPages(pairs: readonly TextPair[], words: Wording): readonly string[][] {
  const { title, hint, approveTitle, blind, skippable } = words
  const content = paginate(pairs, skippable)
  const count = content.length + 2
  const first = blind
    ? [...large(title), ...footer(1, count), hint]
    : [...large(title), hint, ...footer(1, count)]
  const middle = content.map((page, index) => [
    ...(skippable ? ['Skip'] : []),
    ...pairLines(page),
    ...footer(index + 2, count),
  ])
  return [first, ...middle, [...large(approveTitle), ...footer(count, count), 'Hold to sign']]
}

const skipLines = [
  'Skip review?',
  ...small("If you're sure you don't need to review all fields, you can skip straight to signing."),
  'Yes, skip',
  'Go back to review',
]

/** Review pages come first in `pages` (after the warning); then, for each, its "reject?" and "skip?" questions. */
function reviewFlow(pairs: readonly TextPair[], words: Wording): DeviceFlow {
  const pages: Page[] = []
  const goBack = `Go back to ${words.noun}`
  if (words.blind) {
    const on = { 'tap Accept risk and continue': 1, 'tap Back to safety': 'rejected' } as const
    pages.push({
      lines: warningLines,
      on,
      forward: 'tap Accept risk and continue',
      reject: 'tap Accept risk and continue',
    })
  }
  const start = pages.length
  const lines = reviewPages(pairs, words)
  const last = start + lines.length - 1
  const question = (index: number): number => last + 1 + 2 * (index - start)
  lines.forEach((text, offset) => {
    const index = start + offset
    const isLast = index === last
    pages.push({
      lines: text,
      on: {
        ...(isLast ? { 'hold Hold to sign': 'approved' } : { [next]: index + 1 }),
        ...(index > start ? { [back]: index - 1 } : {}),
        ...(text[0] === 'Skip' ? { 'tap Skip': question(index) + 1 } : {}),
        'tap Reject': question(index),
      },
      forward: isLast ? 'hold Hold to sign' : next,
      reject: isLast ? 'tap Reject' : next,
    })
  })
  lines.forEach((_, offset) => {
    const index = start + offset
    pages.push({
      lines: [...large(`Reject ${words.noun}?`), goBack, 'Yes, reject'],
      on: { 'tap Yes, reject': 'rejected', [`tap ${goBack}`]: index },
      forward: `tap ${goBack}`,
      reject: 'tap Yes, reject',
    })
    pages.push({
      lines: skipLines,
      on: { 'tap Yes, skip': last, 'tap Go back to review': index },
      forward: 'tap Go back to review',
      reject: 'tap Yes, skip',
    })
  })
  return finish(pages, ['Message signed'], ['Message rejected'])
}

function addressFlow(address: string, network: string | undefined): DeviceFlow {
  const title = `Verify ${network === undefined ? '' : `${network}\n`}address`
  const value = drawLines(staxLarge, address, textWidth, { wrap: false })
  const pages: Page[] = [
    {
      lines: [...large(title), 'Swipe to continue', 'Cancel', '1 of 2'],
      on: { [next]: 1, 'tap Cancel': 'rejected' },
      forward: next,
      reject: next,
    },
    {
      lines: ['Address', ...value, 'Cancel', '2 of 2', 'Confirm'],
      on: { [back]: 0, 'tap Confirm': 'approved', 'tap Cancel': 'rejected' },
      forward: 'tap Confirm',
      reject: 'tap Cancel',
    },
  ]
  return finish(pages, ['Address verified'], ['Address verification', 'cancelled'])
}

const finish = (pages: Page[], approved: string[], rejected: string[]): DeviceFlow => ({
  pages: pages satisfies FlowPage[],
  approved: { lines: approved },
  rejected: { lines: rejected },
})

/** The pages of a question on a touch model. */
export function touchFlow(request: ReviewRequest): DeviceFlow {
  if (request.kind === 'address') return addressFlow(request.address, request.network)
  const pairs = request.kind === 'typedData' ? request.pairs : [{ label: 'Message', value: request.text }]
  return reviewFlow(pairs, wording(request))
}
