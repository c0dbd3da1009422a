/**
 * How a touch Ledger draws the lines of one of its screens, in the pixels of a Stax (400 x 672): which lines are
 * labels, values, titles or buttons, and where each stands. Read off recorded screens; the lines are never changed.
 */
import { staxLarge, staxSmall } from '../../../shared/device/fonts.ts'
import { textWidth } from '../../../shared/device/text-layout.ts'

/** What a line is drawn as. */
export type TouchKind = 'label' | 'value' | 'title' | 'note' | 'action'

/** One line at its place. */
export interface TouchLine {
  readonly text: string
  readonly kind: TouchKind
  readonly x: number
  /** Middle of the line. */
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
  /** How wide the device draws it. */
  readonly width: number
}

/** Something that can be touched, with the input that stands for it; an empty input is not a button now. */
export interface TouchButton {
  readonly text: string
  readonly input: string
  readonly shape: 'filled' | 'plain' | 'hold' | 'corner'
  readonly y: number
}

/** A drawn screen. */
export interface TouchLook {
  readonly sign: 'warning' | 'review' | 'question' | 'check' | 'cross' | null
  readonly signY: number
  readonly lines: readonly TouchLine[]
  readonly buttons: readonly TouchButton[]
  /** "2 of 5" and the button to its left; null where the screen has no such foot. */
  readonly foot: { readonly reject: string; readonly page: number; readonly count: number } | null
}

const left = 24
const middle = 200
const bottomButtons = { filled: 543, plain: 626 } as const

/** Labels that the Ethereum app shows above a value here. */
const labels = new Set([
  'Review struct',
  'name',
  'version',
  'chainId',
  'verifyingContract',
  'source',
  'connectionId',
  'Domain hash',
  'Message hash',
  'Address',
  'Message',
])
const hints = new Set(['Blind signing required.', 'Swipe to review', 'Swipe to continue'])
const filled = new Set([
  'Back to safety',
  'Go to settings',
  'Yes, reject',
  'Yes, skip',
  'Confirm',
  'Quit app',
])
const plain = /^(Accept risk and continue|Reject transaction|Go back to .*)$/
const noteBegins = /^(If you|Enable blind|This app)/

const line = (
  text: string,
  kind: TouchKind,
  y: number,
  x: number = middle,
  anchor: TouchLine['anchor'] = 'middle',
): TouchLine => {
  const large = kind === 'value' || kind === 'title'
  const shown = text.trimEnd()
  return { text: shown, kind, x, y, anchor, width: textWidth(large ? staxLarge : staxSmall, shown) }
}

/** The middle part of a screen: titles, then smaller notes, around the middle of the page. */
function titled(lines: readonly string[], middleY: number): { lines: TouchLine[]; topY: number } {
  const noteAt = lines.findIndex((text) => noteBegins.test(text))
  const titles = noteAt < 0 ? lines : lines.slice(0, noteAt)
  const notes = noteAt < 0 ? [] : lines.slice(noteAt)
  const height = titles.length * 40 + (notes.length > 0 ? 10 + notes.length * 32 : 0)
  const top = middleY - height / 2
  return {
    topY: top,
    lines: [
      ...titles.map((text, at) => line(text, 'title', top + 20 + at * 40)),
      ...notes.map((text, at) => line(text, 'note', top + titles.length * 40 + 30 + at * 32)),
    ],
  }
}

/** Labels and values, from the top left. */
function paired(lines: readonly string[], top: number): TouchLine[] {
  let y = top
  return lines.map((text, at) => {
    const kind: TouchKind = labels.has(text) ? 'label' : 'value'
    if (kind === 'label' && at > 0) y += 12
    const height = kind === 'label' ? 36 : 40
    const drawn = line(text, kind, y + (kind === 'label' ? 16 : 20), left, 'start')
    y += height
    return drawn
  })
}

const signOf = (lines: readonly string[]): TouchLook['sign'] => {
  const [first = ''] = lines
  if (/^(Blind signing|This transaction)/.test(first)) return 'warning'
  if (/^(Review|Accept risk and sign|Sign|Verify)/.test(first)) return 'review'
  if ((lines.at(-1) ?? '').endsWith('?') || first.startsWith('Skip review')) return 'question'
  if (/signed|verified/.test(first)) return 'check'
  return /rejected|verification/.test(first) ? 'cross' : null
}

interface Parts {
  readonly body: readonly string[]
  readonly hint: string | null
  readonly buttons: readonly TouchButton[]
  readonly foot: TouchLook['foot']
}

function buttonOf(text: string): TouchButton | null {
  if (text === 'Skip') return { text, input: 'tap Skip', shape: 'corner', y: 42 }
  if (text === 'Hold to sign') return { text, input: 'hold Hold to sign', shape: 'hold', y: 516 }
  if (filled.has(text)) return { text, input: `tap ${text}`, shape: 'filled', y: bottomButtons.filled }
  return plain.test(text) ? { text, input: `tap ${text}`, shape: 'plain', y: bottomButtons.plain } : null
}

/** Takes a screen apart: its foot, its buttons, its hint, and the rest. */
function partsOf(lines: readonly string[]): Parts {
  const footAt = lines.findIndex((text) => /^\d+ of \d+$/.test(text))
  const numbers = /^(\d+) of (\d+)$/.exec(lines[footAt] ?? '')
  const foot = numbers
    ? { reject: lines[footAt - 1] ?? '', page: Number(numbers[1]), count: Number(numbers[2]) }
    : null
  const rest = foot ? lines.toSpliced(footAt - 1, 2) : lines
  const buttons = rest.map(buttonOf).filter((button) => button !== null)
  const hint = rest.find((text) => hints.has(text)) ?? null
  const body = rest.filter((text) => buttonOf(text) === null && !hints.has(text))
  return { body, hint, buttons, foot }
}

/** How a touch Ledger draws a screen. */
export function touchLook(lines: readonly string[]): TouchLook {
  const { body, hint, buttons, foot } = partsOf(lines)
  if (labels.has(body[0] ?? '')) {
    const skips = buttons.some(({ shape }) => shape === 'corner')
    return { sign: null, signY: 0, lines: paired(body, skips ? 110 : 54), buttons, foot }
  }
  const drawn = titled(body, 312)
  const noted = hint === null ? [] : [hintLine(hint, drawn)]
  return { sign: signOf(body), signY: drawn.topY - 62, lines: [...drawn.lines, ...noted], buttons, foot }
}

const hintLine = (hint: string, { topY, lines }: { topY: number; lines: TouchLine[] }): TouchLine =>
  hint.startsWith('Swipe')
    ? line(hint, 'label', topY + lines.length * 40 + 32)
    : line(hint, 'note', 538, left, 'start')
