/** CSV as RFC 4180 has it, safe to open in a spreadsheet. */

import { visibleText } from '../../shared/visible-text.ts'

/** A value of a cell; null is an empty one. */
export type Cell = string | number | boolean | null

/** What a spreadsheet would run as a formula (OWASP, "CSV Injection"), behind blanks too. */
const formula = /^\s*[=+\-@|%\t\r]/

const plain = /^[^",\r\n]*$/

/**
 * A cell. Text that a spreadsheet would take for a formula gets an apostrophe before it, so that it is shown and not
 * run; what would drive a screen is written visibly, so that a cell is one line; whatever holds a comma, a quote or a line end stands in quotes.
 */
export function cell(value: Cell): string {
  if (value === null) return ''
  const shown = visibleText(String(value))
  const text = typeof value === 'string' && formula.test(shown) ? `'${shown}` : shown
  return plain.test(text) && text.trim() === text ? text : `"${text.replaceAll('"', '""')}"`
}

/** A line of cells with its line end. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cell).join(',')}\r\n`
