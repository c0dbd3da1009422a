/**
 * Text of others that drives terminals, turns lines round, forges rows, hides itself, or runs in a spreadsheet. Every text
 * begins and ends with a plain word, so that a test can find it.
 */

const framed = {
  'clears the screen': '\u001b[2J\u001b[H',
  'erases the word REFUSED and writes another in green': '\u001b[1A\u001b[2K\u001b[32mVerified\u001b[0m',
  'sets the title': '\u001b]0;Countersign\u0007',
  'makes a link (OSC 8)': '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\',
  'writes to the clipboard (OSC 52)': '\u001b]52;c;ZXZpbA==\u0007',
  'begins a sequence with C1 CSI': '\u009b31m',
  'rings, goes back and deletes': '\u0007\u0008\u007f',
  'returns to the beginning of the line': '\rVerified',
  'forges a row': '\nBTC  40x  open',
  'ends a line in other ways': '\u000b\u000c\u0085\u2028\u2029',
  'turns the sentence round': '\u202eTNEREFFID\u202c',
  'isolates directions': '\u2066\u2067\u2068\u2069\u061c\u200e\u200f',
  'hides between letters': '\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e',
  'draws nothing': '\u3164\uffa0\u115f\u2800',
  'looks like a space': '\u00a0\u2007\u3000\u1680',
  'carries tags': '\u{e0041}\u{e0042}\u{e007f}',
  'chooses variations': '\ufe0f\u{e0100}',
  'is half a character': '\ud800',
  'is for private use': '\ue000\u{f0000}',
  'is not assigned': '\u0378\uffff',
  'piles up marks': `a${'\u0301'.repeat(40)}`,
  'is a null': '\u0000',
  'is a table of Markdown': '\t|\t',
} as const

/** What each text does, and the text. */
export const hostile: readonly (readonly [does: string, text: string])[] = Object.entries(framed).map(
  ([does, text]) => [does, `begin${text}end`],
)

/** What no screen, terminal, table or sheet may be given. Written by code points, apart from the door that is tested. */
export const drives = (text: string): boolean =>
  Array.from(text).some((sign) => {
    const point = sign.codePointAt(0) ?? 0
    return (
      point < 0x20 ||
      (point >= 0x7f && point <= 0xa0) ||
      [
        0xad, 0x34f, 0x378, 0x61c, 0x115f, 0x1680, 0x180e, 0x2800, 0x3000, 0x3164, 0xfeff, 0xffa0, 0xffff,
      ].includes(point) ||
      (point >= 0x2000 && point <= 0x200f) ||
      (point >= 0x2028 && point <= 0x202f) ||
      (point >= 0x205f && point <= 0x206f) ||
      (point >= 0xd800 && point <= 0xf8ff) ||
      (point >= 0xfe00 && point <= 0xfe0f) ||
      point >= 0xe0000
    )
  }) || /\u0301{5}/.test(text)
