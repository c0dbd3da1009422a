/**
 * The pages of a question on a Nano S Plus or Nano X, as the buttons lead through them.
 * Source: nbgl_use_case_nanos.c and nbgl_step.c of ledger-secure-sdk, checked against recorded screens.
 */
import { nanoBold, nanoRegular } from './fonts.ts'
import type { DeviceFlow, FlowPage, FlowTarget } from './flow.ts'
import type { ReviewRequest, TextPair } from './requests.ts'
import { countLines, countPages, drawLines, lengthOfLines, textWidth } from './text-layout.ts'

/** Width for text between the two arrows, in pixels. */
const lineWidth = 114
const linesUnderTitle = 3
/** Longest title in bytes; the buffer for a title with its page number is longer. */
const titleLength = 23
const numberedTitleLength = 35

const skipText = 'Press right button to continue message or \bpress both to skip\b'

const regular = (text: string): string[] => drawLines(nanoRegular, text, lineWidth, { wrap: true })
const bold = (text: string): string[] => drawLines(nanoBold, text, lineWidth, { wrap: true })

/** Shortens a title to one line: its middle becomes "...". */
function shorten(title: string): string {
  const half = Math.floor((lineWidth - textWidth(nanoBold, ' ... ')) / 2)
  let width = 0
  for (let kept = 0; kept < title.length; kept++) {
    const charWidth = textWidth(nanoBold, title.charAt(kept))
    if (charWidth > 0 && width + charWidth > half) {
      let from = title.length
      for (let tail = 0; tail < half && from > 0;) {
        from -= 1
        tail += textWidth(nanoBold, title.charAt(from))
      }
      return `${title.slice(0, kept - 1)}...${title.slice(from + 1)}`
    }
    width += charWidth
  }
  return title
}

function titleLines(title: string): string[] {
  const fits = countLines(nanoBold, title, lineWidth, false) <= 1
  return bold(fits ? title.slice(0, titleLength) : shorten(title))
}

/** The screens of one label and value, which may need several. */
export function nanoPairScreens({ label, value }: TextPair): string[][] {
  const count = countPages(nanoRegular, value, linesUnderTitle, lineWidth)
  const screens: string[][] = []
  let start = 0
  for (let page = 1; page <= count; page++) {
    const title = count === 1 ? label : `${label} (${page}/${count})`.slice(0, numberedTitleLength)
    const rest = value.slice(start)
    screens.push([
      ...titleLines(title),
      ...drawLines(nanoRegular, rest, lineWidth, { wrap: true, maxLines: linesUnderTitle }),
    ])
    start += lengthOfLines(nanoRegular, rest, lineWidth, linesUnderTitle, true)
    if (value.charAt(start) === '\n') start += 1
  }
  return screens
}

/** Pages while they are put together: links to pages that come later are filled in when they are known. */
class FlowBuilder {
  readonly pages: { lines: string[]; on: Record<string, FlowTarget>; forward: string; reject: string }[] = []

  add(lines: string[], forward = 'right', reject = forward): number {
    this.pages.push({ lines, on: {}, forward, reject })
    return this.pages.length - 1
  }

  link(page: number, input: string, target: FlowTarget): void {
    const on = this.pages[page]?.on
    if (on !== undefined) on[input] = target
  }

  join(left: number, right: number): void {
    this.link(left, 'right', right)
    this.link(right, 'left', left)
  }
}

function addWarning(builder: FlowBuilder): void {
  const warning = builder.add(['Blind signing ahead', 'To accept risk, press ', 'both buttons'], 'both')
  const reject = builder.add(['Reject transaction'], 'left', 'both')
  builder.join(warning, reject)
  builder.link(reject, 'both', 'rejected')
  builder.link(warning, 'both', reject + 1)
}

interface PairPages {
  readonly first: number
  readonly last: number
}

function addPair(builder: FlowBuilder, pair: TextPair): PairPages {
  const pages = nanoPairScreens(pair).map((lines) => builder.add(lines))
  const [first = 0] = pages
  pages.slice(1).forEach((page) => builder.join(page - 1, page))
  return { first, last: pages.at(-1) ?? first }
}

/** Links the fields. With "skip", one such page stands before each field but the first; another is met going back. */
function linkPairs(
  builder: FlowBuilder,
  title: number,
  pairs: readonly TextPair[],
  skippable: boolean,
): { end: PairPages; skips: number[] } {
  const skips: number[] = []
  let previous: PairPages = { first: title, last: title }
  pairs.forEach((pair, index) => {
    if (!skippable || index === 0) {
      const current = addPair(builder, pair)
      builder.join(previous.last, current.first)
      previous = current
      return
    }
    const skip = builder.add(regular(skipText))
    const current = addPair(builder, pair)
    builder.join(previous.last, skip)
    builder.link(skip, 'right', current.first)
    builder.link(current.first, 'left', skip)
    skips.push(skip)
    previous = current
  })
  return { end: previous, skips }
}

function addDecision(
  builder: FlowBuilder,
  { end, skips }: { end: PairPages; skips: readonly number[] },
  skippable: boolean,
  texts: { approve: string; reject: string },
): void {
  const approve = builder.add(bold(texts.approve), 'both', 'right')
  const reject = builder.add(bold(texts.reject), 'left', 'both')
  builder.join(end.last, approve)
  builder.join(approve, reject)
  builder.link(approve, 'both', 'approved')
  builder.link(reject, 'both', 'rejected')
  if (!skippable) return
  const back = builder.add(regular(skipText))
  builder.link(back, 'left', end.last)
  builder.link(back, 'right', approve)
  for (const skip of [...skips, back]) builder.link(skip, 'both', approve)
  builder.link(approve, 'left', back)
}

const finish = (builder: FlowBuilder, approved: string[], rejected: string[]): DeviceFlow => ({
  pages: builder.pages satisfies FlowPage[],
  approved: { lines: approved },
  rejected: { lines: rejected },
})

/** The pages of a question on a Nano. */
export function nanoFlow(request: ReviewRequest): DeviceFlow {
  const builder = new FlowBuilder()
  if (request.kind === 'address') {
    const network = request.network === undefined ? '' : `${request.network}\n`
    const title = builder.add(regular(`Verify ${network}address`))
    const pairs = linkPairs(builder, title, [{ label: 'Address', value: request.address }], false)
    addDecision(builder, pairs, false, { approve: 'Confirm', reject: 'Cancel' })
    return finish(builder, ['Address verified'], ['Address verification ', 'cancelled'])
  }
  const typed = request.kind === 'typedData'
  if (typed) addWarning(builder)
  const title = builder.add(regular(typed ? 'Review typed message' : 'Review message'))
  const pairs = typed ? request.pairs : [{ label: 'Message', value: request.text }]
  const skippable = typed && request.skippable
  const linked = linkPairs(builder, title, pairs, skippable)
  addDecision(builder, linked, skippable, {
    approve: 'Sign message',
    reject: typed && request.hashed ? 'Reject transaction' : 'Reject message',
  })
  return finish(builder, ['Message signed'], ['Message rejected'])
}
