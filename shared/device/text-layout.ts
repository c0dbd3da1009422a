/**
 * Where device text breaks into lines and pages. Text is one character per byte (see eip712-format.ts); UTF-8
 * sequences are read as one character, which an app draws with no width, that is: not at all.
 * The rules are those of lib_nbgl (nbgl_fonts.c and draw_textArea in nbgl_obj.c, ledger-secure-sdk v25.12.3).
 */
import { nanoBold, nanoRegular } from './fonts.ts'
import type { DeviceFont } from './fonts.ts'

const newline = 0x0a
const endOfPage = 0x0c
const otherWeight = 0x08
/** Lines break after space, newline, \b, \f, "-" and "_". */
const delimiters = new Set([0x20, newline, otherWeight, endOfPage, 0x2d, 0x5f])

interface Popped {
  readonly code: number
  readonly length: number
  readonly multibyte: boolean
}

function pop(text: string, at: number, end: number): Popped {
  const code = text.charCodeAt(at)
  const left = end - at
  if (code >= 0xf0 && left >= 4) return { code, length: 4, multibyte: true }
  if (code >= 0xe0 && left >= 3) return { code, length: 3, multibyte: true }
  if (code >= 0xc2 && left >= 2) return { code, length: 2, multibyte: true }
  return { code, length: 1, multibyte: false }
}

const switched = (font: DeviceFont): DeviceFont =>
  font === nanoRegular ? nanoBold : font === nanoBold ? nanoRegular : font

const widthOf = (font: DeviceFont, { code, multibyte }: Popped): number =>
  multibyte ? 0 : (font.widths[code - 0x20] ?? 0)

/** Width in pixels of a text on one line. */
export function textWidth(font: DeviceFont, text: string): number {
  let width = 0
  let current = font
  for (let at = 0; at < text.length;) {
    const char = pop(text, at, text.length)
    if (char.code === otherWeight) current = switched(current)
    else width += widthOf(current, char)
    at += char.length
  }
  return width
}

interface Measured {
  /** Bytes that go on the line. */
  readonly length: number
  readonly width: number
}

/** The part of `text` from `start` that is drawn on one line. */
function measureLine(
  font: DeviceFont,
  text: string,
  start: number,
  maxWidth: number,
  wrap: boolean,
): Measured {
  const stop = text.slice(start).search(/[\f\n]/)
  const end = stop < 0 ? text.length : start + stop
  let current = font
  let length = 0
  let width = 0
  let atDelimiter = { length: 0, width: 0 }
  while (start + length < end) {
    const char = pop(text, start + length, end)
    const charWidth = char.code === otherWeight ? 0 : widthOf(current, char)
    if (char.code === otherWeight) current = switched(current)
    if (charWidth > 0) {
      if (wrap && delimiters.has(char.code)) atDelimiter = { length, width }
      if (width + charWidth > maxWidth) {
        return wrap && atDelimiter.width > 0
          ? { length: atDelimiter.length + 1, width: atDelimiter.width }
          : { length, width }
      }
      width += charWidth
    }
    length += char.length
  }
  return { length, width }
}

/** What happens at one character while lines are counted. */
interface Cursor {
  at: number
  width: number
  /** Position of the last place to break, or -1. */
  delimiter: number
  font: DeviceFont
}

/** Moves over one character of wrapped text; true when that ended a line. */
function step(cursor: Cursor, text: string, maxWidth: number, wrap: boolean): boolean {
  const char = pop(text, cursor.at, text.length)
  if (wrap && delimiters.has(char.code)) cursor.delimiter = cursor.at
  cursor.at += char.length
  if (char.code === newline) {
    cursor.width = 0
    cursor.delimiter = -1
    return true
  }
  if (char.code === otherWeight) {
    cursor.font = switched(cursor.font)
    return false
  }
  const width = widthOf(cursor.font, char)
  if (width === 0 || cursor.width + width <= maxWidth) {
    cursor.width += width
    return false
  }
  if (wrap && cursor.delimiter >= 0) {
    cursor.at = cursor.delimiter + 1
    cursor.delimiter = -1
    cursor.width = 0
  } else cursor.width = width
  return true
}

const begin = (font: DeviceFont): Cursor => ({ at: 0, width: 0, delimiter: -1, font })

const isNano = (font: DeviceFont): boolean => font === nanoRegular || font === nanoBold

/** Number of lines of a text, up to the first form feed. On a Nano an empty last line does not count. */
export function countLines(font: DeviceFont, text: string, maxWidth: number, wrap: boolean): number {
  const cursor = begin(font)
  let lines = isNano(font) ? 0 : 1
  while (cursor.at < text.length && text.charCodeAt(cursor.at) !== endOfPage) {
    if (step(cursor, text, maxWidth, wrap)) lines += 1
  }
  return isNano(font) && cursor.width !== 0 ? lines + 1 : lines
}

/** Number of pages of `linesPerPage` lines of a text; a form feed begins a page. */
export function countPages(font: DeviceFont, text: string, linesPerPage: number, maxWidth: number): number {
  const cursor = begin(font)
  let lines = 0
  let pages = 1
  while (cursor.at < text.length) {
    if (text.charCodeAt(cursor.at) === endOfPage) {
      Object.assign(cursor, { at: cursor.at + 1, delimiter: cursor.at, width: 0 })
      pages += 1
      lines = 0
      continue
    }
    const forced = text.charCodeAt(cursor.at) === newline
    if (!step(cursor, text, maxWidth, true)) continue
    lines += 1
    if (lines === linesPerPage && !(forced && cursor.at >= text.length)) {
      pages += 1
      lines = 0
    }
  }
  return pages
}

/** How many bytes of a text, from its beginning, fill `maxLines` lines. */
export function lengthOfLines(
  font: DeviceFont,
  text: string,
  maxWidth: number,
  maxLines: number,
  wrap: boolean,
): number {
  let at = 0
  let width = 0
  let afterDelimiter = -1
  let left = maxLines
  let current = font
  while (at < text.length && left > 0) {
    const char = pop(text, at, text.length)
    const next = at + char.length
    if (wrap && delimiters.has(char.code)) afterDelimiter = next
    if (char.code === endOfPage) return next
    if (char.code === newline) {
      left -= 1
      afterDelimiter = -1
      width = 0
      at = left === 0 ? at : next
      continue
    }
    if (char.code === otherWeight) current = switched(current)
    const charWidth = char.code === otherWeight ? 0 : widthOf(current, char)
    if (charWidth > 0 && width + charWidth > maxWidth) {
      at = wrap && afterDelimiter >= 0 ? afterDelimiter : at
      afterDelimiter = -1
      width = 0
      left -= 1
      continue
    }
    width += charWidth
    at = next
  }
  return at
}

/** What is seen of a piece of text: the drawable characters. */
export function visible(text: string): string {
  let out = ''
  for (let at = 0; at < text.length;) {
    const char = pop(text, at, text.length)
    if (!char.multibyte && char.code >= 0x20 && char.code <= 0x7e) out += text.charAt(at)
    at += char.length
  }
  return out
}

/** How a text is drawn. */
export interface DrawOptions {
  readonly wrap: boolean
  /** More lines are not drawn. */
  readonly maxLines?: number
  /** With `maxLines`: the last line ends with "...", unless the text itself breaks there (touch models). */
  readonly dots?: boolean
}

/** The lines of a text as they are drawn, with the spaces that a line ends with; lines without ink are left out. */
export function drawLines(font: DeviceFont, text: string, maxWidth: number, options: DrawOptions): string[] {
  const { wrap, maxLines, dots = false } = options
  const count = Math.min(countLines(font, text, maxWidth, wrap), maxLines ?? Infinity)
  const lines: string[] = []
  let current = font
  let at = 0
  for (let line = 0; line < count; line++) {
    const { length, width } = measureLine(current, text, at, maxWidth, wrap)
    const part = text.slice(at, at + length)
    if (dots && line + 1 === maxLines && text.charCodeAt(at + length) !== newline) {
      const dotsWidth = textWidth(font, '...')
      lines.push(`${visible(width + dotsWidth >= maxWidth ? part.slice(0, -3) : part)}...`)
    } else lines.push(visible(part))
    if (part.split('\b').length % 2 === 0) current = switched(current)
    at += length
    if (text.charCodeAt(at) === newline) at += 1
  }
  return lines.filter((line) => line !== '')
}
