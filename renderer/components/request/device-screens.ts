/**
 * The screens of a Ledger as a list to read along: which number each has on the device, what it says, which ones hold
 * the value to compare, and that value in the device's own line breaks.
 */
import { screenClass, type DeviceModel } from '../../../shared/device/models.ts'
import type { DevicePreview } from '../../../shared/preview.ts'

/** One screen of the review. */
export interface ReviewScreen {
  /** Its place among all screens, from 0. */
  readonly index: number
  /** The number by which a person finds it: the device's own, or the count of screens; empty where there is none. */
  readonly number: string
  readonly title: string
  readonly text: string
  readonly lines: readonly string[]
  /** Whether the value to compare stands on it. */
  readonly matters: boolean
  /** A screen that only asks to go on or to skip. */
  readonly skips: boolean
  /** The screen on which it is approved. */
  readonly decides: boolean
  /** What a person who reads everything does here; null on the closing screen. */
  readonly press: 'right' | 'both' | null
}

/** A page of the value to compare. */
export interface ComparePage {
  readonly index: number
  readonly number: string
  /** The value's lines on that page, as the device breaks them. */
  readonly lines: readonly string[]
}

/** Lines as one text; the device breaks after a space, "-" and "_" and adds nothing there. */
const joined = (lines: readonly string[]): string =>
  lines.reduce((text, line) => (/[-_ ]$/.test(text) ? text + line : `${text} ${line}`), '').trim()

const nanoTitle = (lines: readonly string[]): { title: string; text: string } => {
  if ((lines[0] ?? '').startsWith('Review typed')) return { title: lines.join('').trim(), text: '' }
  const [title = '', ...rest] = lines
  return { title: title.trim(), text: title === 'Blind signing ahead' ? rest.join('').trim() : joined(rest) }
}

const touchFoot = /^\d+ of \d+$/

/** Title and text of a touch page: its first label with its value, or its title, then whatever else stands there. */
function touchTitle(lines: readonly string[], labels: ReadonlySet<string>): { title: string; text: string } {
  const footAt = lines.findIndex((line) => touchFoot.test(line))
  const body = (footAt < 0 ? lines : lines.toSpliced(footAt - 1, 2)).filter((line) => line !== 'Skip')
  if (!labels.has(body[0] ?? '')) {
    const [title = '', ...rest] = body
    const whole = title.endsWith(' ') ? `${title}${rest.shift() ?? ''}` : title
    return { title: whole.trim(), text: joined(rest) }
  }
  const [title = '', ...rest] = body
  return { title, text: joined(rest) }
}

const labelsOf = ({ review }: DevicePreview): ReadonlySet<string> =>
  new Set(review.kind === 'review' ? review.rows.map(({ label }) => label) : [])

function pressOf(model: DeviceModel, lines: readonly string[], closing: boolean): ReviewScreen['press'] {
  if (closing || screenClass(model) === 'touch') return null
  return /^(Blind signing|Sign message|Confirm)/.test(lines[0] ?? '') ? 'both' : 'right'
}

/** The screens that a person goes through who reads everything and approves; the closing one is left out. */
export function reviewScreens(device: DevicePreview, compareLabel: string): readonly ReviewScreen[] {
  const { review, model } = device
  if (review.kind !== 'review') return []
  const nano = screenClass(model) === 'nano'
  const labels = labelsOf(device)
  const screens = review.screens.slice(0, -1)
  return screens.map(({ lines }, index) => {
    const number = nano
      ? String(index + 1)
      : (/^\d+/.exec(lines.find((line) => touchFoot.test(line)) ?? '')?.[0] ?? '')
    const matters = nano ? (lines[0] ?? '').startsWith(compareLabel) : lines.includes(compareLabel)
    return {
      index,
      number,
      ...(nano ? nanoTitle(lines) : touchTitle(lines, labels)),
      lines,
      matters,
      skips: (lines[0] ?? '').startsWith('Press right button'),
      decides: index === screens.length - 1,
      press: pressOf(model, lines, false),
    }
  })
}

/** The lines of the compared value on a screen: what follows its label, up to the page's foot. */
function valueLines(lines: readonly string[], label: string): readonly string[] {
  const at = lines.findIndex((line) => line.startsWith(label))
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => !/^(0x)?[0-9A-F]+$/.test(line))
  return end < 0 ? rest : rest.slice(0, end)
}

/** The value to compare, page by page. */
export const comparePages = (screens: readonly ReviewScreen[], label: string): readonly ComparePage[] =>
  screens
    .filter(({ matters }) => matters)
    .map(({ index, number, lines }) => ({ index, number, lines: valueLines(lines, label) }))

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, at) => line.trim() === b[at]?.trim())

/**
 * Which screen the device is on, by what it shows. Screens that look alike ("skip?") are told apart by where it was
 * before: the nearest one, and the later of two. Null when it shows something else.
 */
export function screenAt(
  screens: readonly ReviewScreen[],
  lines: readonly string[],
  before: number | null,
): number | null {
  const alike = screens.filter((screen) => same(screen.lines, lines)).map(({ index }) => index)
  const from = before ?? 0
  return alike.sort((a, b) => Math.abs(a - from) - Math.abs(b - from) || b - a)[0] ?? null
}

/** "on screens 17 and 18", "on page 4": where to compare. */
export function whereToCompare(pages: readonly ComparePage[], model: DeviceModel): string {
  const numbers = pages.map(({ number }) => number)
  const word = screenClass(model) === 'nano' ? 'screen' : 'page'
  const last = numbers.at(-1) ?? ''
  return numbers.length < 2
    ? `on ${word} ${last}`
    : `on ${word}s ${numbers.slice(0, -1).join(', ')} and ${last}`
}
