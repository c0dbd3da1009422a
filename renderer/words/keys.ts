/** Keys as they are printed: `Ctrl+Enter` is "Ctrl ↵", `g h` is "G", "H". */

const signs: Readonly<Record<string, string>> = {
  Enter: '↵',
  Escape: 'Esc',
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
}

const one = (key: string): string => signs[key] ?? (key.length === 1 ? key.toUpperCase() : key)

/** The caps of a shortcut, one after the other. */
export const keyWords = (keys: string): string[] =>
  keys
    .split(' ')
    .filter(Boolean)
    .map((chord) => chord.split('+').map(one).join(' '))
