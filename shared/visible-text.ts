/**
 * The door through which text of others reaches a terminal, a page, a table or a sheet: what would drive it, turn it round or
 * draw nothing is written visibly, `\u001b`. The original stays where it is kept. Classes are those of Unicode (UAX #44):
 * control, format, surrogate, private use and unassigned (C), line and paragraph separators (Zl, Zp), spaces that look
 * like another one (Zs), and what a renderer leaves out (Default_Ignorable_Code_Point).
 */

const hidden = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}`

/** Marks that stand on one letter; more of them are a tower that covers the lines above and below. */
const mostMarks = 4

const driving = new RegExp(String.raw`${hidden}|(?<=\p{M}{${mostMarks}})\p{M}`, 'gu')
const drivesAny = new RegExp(driving.source, 'u')

/** A character as it is written out: `\u001b`, `\u{e0041}`. */
export const writtenOut = (character: string): string => {
  const point = character.codePointAt(0) ?? 0
  const hex = point.toString(16)
  return point > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}

/** Whether a text holds anything that `visibleText` would write visibly. */
export const hasHidden = (text: string): boolean => drivesAny.test(text)

/** A text as one line that shows all of itself. */
export const visibleText = (text: string): string => text.replace(driving, writtenOut)

/** A text of several lines, each of which shows all of itself; only its line feeds stay. */
export const visibleLines = (text: string): string => text.split('\n').map(visibleText).join('\n')

/** JSON text whose strings show all of themselves: the same value, written with escapes (RFC 8259, section 7). */
export const visibleJson = (json: string): string =>
  json.replace(driving, (character) =>
    Array.from(
      { length: character.length },
      (_, place) => `\\u${character.charCodeAt(place).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
