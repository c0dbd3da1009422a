/** The fonts of printed sheets: the screens' own faces, as files that a PDF can carry. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { visibleText, writtenOut } from '../../shared/visible-text.ts'
import { fontIn } from './woff.ts'

const { resolve } = createRequire(import.meta.url)

const face = (family: string, weight: number): Buffer =>
  fontIn(readFileSync(resolve(`@fontsource/${family}/files/${family}-latin-${weight}-normal.woff`)))

const readFonts = () => ({
  text: face('hanken-grotesk', 400),
  strong: face('hanken-grotesk', 700),
  mono: face('jetbrains-mono', 400),
  monoStrong: face('jetbrains-mono', 700),
})

let read: ReturnType<typeof readFonts> | undefined

/** TrueType fonts by the name they have in a sheet; unpacked once. */
export const sheetFonts = () => (read ??= readFonts())

/** What those fonts can draw, as far as it is needed here: Latin letters and common punctuation. */
const drawable = /^[\u0020-\u007e\u00a1-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac]$/u

/** A text with whatever the fonts cannot draw written out, so that no character is shown as nothing. */
export const printable = (text: string): string =>
  Array.from(visibleText(text), (character) =>
    drawable.test(character) ? character : writtenOut(character),
  ).join('')
