/**
 * How a Nano draws the lines of one of its screens: what is bold, which sign stands above, where each line stands.
 * Read off recorded screens of the Ethereum app; the lines themselves are never changed.
 */
import { nanoBold, nanoRegular } from '../../../shared/device/fonts.ts'
import { textWidth } from '../../../shared/device/text-layout.ts'

/** A sign above the text. */
export type NanoSign = 'alert' | 'warning' | 'info' | 'review' | 'check' | 'cross' | 'lock'

/** One line at its place; device pixels. */
export interface NanoLine {
  readonly text: string
  readonly bold: boolean
  /** Middle of the line, from the top of the screen. */
  readonly y: number
  /** How wide the device draws it. */
  readonly width: number
}

/** A drawn screen. */
export interface NanoLook {
  readonly sign: NanoSign | null
  /** Middle of the sign. */
  readonly signY: number
  readonly lines: readonly NanoLine[]
}

interface Style {
  readonly begins: RegExp
  readonly sign: NanoSign
  readonly signY: number
  /** Middle of the first line. */
  readonly firstY: number
  readonly bold: 'all' | 'none' | 'first' | 'last'
}

const lineHeight = 14

/** Screens that are not a label with its value. */
const styles: readonly Style[] = [
  { begins: /^Blind signing must/, sign: 'alert', signY: 11, firstY: 25, bold: 'all' },
  { begins: /^Blind signing ahead/, sign: 'warning', signY: 8, firstY: 26, bold: 'first' },
  { begins: /^Press right button/, sign: 'info', signY: 11, firstY: 25, bold: 'last' },
  {
    begins: /^(Review (typed )?message|Review typed|Verify)/,
    sign: 'review',
    signY: 16,
    firstY: 34,
    bold: 'none',
  },
  { begins: /^Enter PIN$/, sign: 'lock', signY: 22, firstY: 44, bold: 'all' },
  {
    begins: /^(Sign message|Confirm|Message signed|Address verified)$/,
    sign: 'check',
    signY: 22,
    firstY: 40,
    bold: 'all',
  },
  {
    begins: /^(Reject|Cancel$|Message rejected|Address verification)/,
    sign: 'cross',
    signY: 22,
    firstY: 40,
    bold: 'all',
  },
]

const place = (text: string, bold: boolean, y: number): NanoLine => ({
  text: text.trimEnd(),
  bold,
  y,
  width: textWidth(bold ? nanoBold : nanoRegular, text.trimEnd()),
})

const isBold = (rule: Style['bold'], index: number, count: number): boolean =>
  rule === 'all' || (rule === 'first' && index === 0) || (rule === 'last' && index === count - 1)

/** A label on top and its value in the middle of what is left. */
function pairLook(lines: readonly string[]): NanoLook {
  const [title = '', ...values] = lines
  const firstY = 40 - ((values.length - 1) * lineHeight) / 2
  return {
    sign: null,
    signY: 0,
    lines: [
      place(title, true, 11),
      ...values.map((text, at) => place(text, false, firstY + at * lineHeight)),
    ],
  }
}

/** An app that waits, or anything else that has no label. */
function restingLook(lines: readonly string[]): NanoLook {
  const firstY = 32 - ((lines.length - 1) * lineHeight) / 2
  return {
    sign: null,
    signY: 0,
    lines: lines.map((text, at) => place(text, at === 0, firstY + at * lineHeight)),
  }
}

const rests = (lines: readonly string[]): boolean =>
  lines.length < 2 || /^(app )?is ready$/.test(lines.at(-1) ?? '')

/** How a Nano draws a screen. */
export function nanoLook(lines: readonly string[]): NanoLook {
  const style = styles.find(({ begins }) => begins.test(lines[0] ?? ''))
  if (!style) return rests(lines) ? restingLook(lines) : pairLook(lines)
  const { sign, signY, firstY, bold } = style
  return {
    sign,
    signY,
    lines: lines.map((text, at) => place(text, isBold(bold, at, lines.length), firstY + at * lineHeight)),
  }
}
