/**
 * Advance widths of the fonts that Ledger devices draw with, for the characters 0x20 to 0x7e; a device app draws
 * nothing else. Facts of lib_nbgl's fonts in ledger-secure-sdk (kerning already taken off).
 */

/** A font: what decides where its lines break and how many fit on a page. Pixels. */
export interface DeviceFont {
  readonly widths: readonly number[]
  readonly lineHeight: number
}

const font = (lineHeight: number, kerning: number, widths: string): DeviceFont => ({
  lineHeight,
  widths: widths
    .trim()
    .split(/\s+/)
    .map((width) => Number(width) - kerning),
})

/** Nano S Plus and Nano X: values. Open Sans regular, 11 px. */
export const nanoRegular = font(
  14,
  1,
  `4 4 5 8 7 10 10 3 4 4 7 7 4 5 4 5   7 7 7 7 9 7 7 7 7 7 4 4 7 7 7 6
   11 8 8 8 9 7 7 9 9 4 4 8 7 11 9 10   8 10 8 7 8 9 8 11 8 7 7 5 5 5 7 6
   7 7 8 6 8 7 6 7 8 4 4 7 4 11 8 8   8 8 5 6 5 8 7 10 7 7 6 5 7 5 7`,
)

/** Nano S Plus and Nano X: titles. Open Sans extra bold, 11 px. */
export const nanoBold = font(
  14,
  1,
  `4 4 7 8 7 12 10 4 5 5 7 7 4 5 4 6   9 7 8 8 9 7 9 8 9 9 4 4 6 7 6 7
   11 9 8 8 9 7 7 9 9 5 5 9 7 12 10 10   8 10 9 7 7 9 7 12 9 8 8 6 6 6 7 7
   8 8 8 7 8 8 7 8 8 5 5 8 5 11 8 8   8 8 6 7 6 8 8 11 8 8 7 6 7 6 7`,
)

/** Stax: labels and small texts. Inter regular, 24 px. */
export const staxSmall = font(
  32,
  0,
  `7 7 10 15 15 20 15 5 9 9 12 16 7 11 7 9   15 11 15 15 15 15 15 14 15 15 7 7 16 16 16 12
   22 16 16 17 17 14 14 18 18 11 13 16 14 21 18 18   15 18 15 15 15 18 16 23 15 16 15 9 9 9 11 11
   12 14 15 13 15 14 9 15 14 6 6 13 6 21 14 14   15 15 9 13 9 14 13 20 13 13 13 9 8 9 16`,
)

/** Stax: values and titles. Inter medium, 32 px. */
export const staxLarge = font(
  40,
  0,
  `8 9 13 20 21 27 21 7 12 12 17 21 9 15 9 12   21 15 20 21 21 20 20 19 20 20 9 9 21 21 21 17
   31 22 21 24 23 19 19 24 24 9 18 21 18 29 24 25   20 25 21 21 21 24 22 31 21 22 20 12 12 12 15 16
   16 18 20 18 20 19 12 20 19 8 9 18 8 28 19 19   20 20 12 17 12 19 18 26 18 18 18 12 11 12 21`,
)
