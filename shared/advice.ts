/** Commands of Countersign as texts advise them: so that they can be typed into a shell as they stand. */

/** Words that need no quotes in a shell. */
const plain = /^[\w@%+=:,./-]+$/

/** Words as they are typed into a shell, whatever is in them. */
export const shellWords = (words: readonly string[]): string =>
  words.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ')

/** A command and its arguments, such as `countersign salvage '/my desk/countersign.db'`. */
export const commandText = (name: string, ...args: readonly string[]): string =>
  `countersign ${name} ${shellWords(args)}`
