/** How arguments are read from what was typed; what does not fit is a usage error (exit code 64). */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import { canonicalDecimal } from '../../../shared/decimal.ts'
import { isHex } from '../../../shared/hex.ts'

/** A reader of whole numbers from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }

/** Reads the name of a file with a head, or the hash of a row. What begins as a hash must be one. */
export const headArgument = (text: string): string => {
  if (!text.startsWith('0x') || isHex(text, 32)) return text
  throw new InvalidArgumentError('It must be 0x and 64 hex digits.')
}

/** Reads a digest of 32 bytes. */
const digestText = (text: string): string => {
  if (isHex(text, 32)) return text
  throw new InvalidArgumentError('It must be 0x and 64 hex digits.')
}

/** Reads a leverage, a decimal number above 0; it stays a string. */
export const leverageText = (text: string): string => {
  const exact = canonicalDecimal(text)
  if (exact !== null && exact !== '0') return exact
  throw new InvalidArgumentError('It must be a number above 0, such as 5 or 12.5.')
}

/** Collects `name=value` texts by their names. */
export function namedValues(
  text: string,
  earlier: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name = '', value = ''] = /^([A-Za-z]\w{0,40})=(.{1,200})$/.exec(text) ?? []
  if (name === '') throw new InvalidArgumentError('It must be a name and a value, such as accountIndex=0.')
  if (Object.hasOwn(earlier, name)) throw new InvalidArgumentError(`${name} is given twice.`)
  return { ...earlier, [name]: value }
}

/** The option that says which network is meant. */
export const networkOption = (description: string): Option =>
  new Option('--network <network>', description).choices(['mainnet', 'testnet'])

/** The option by which signatures that could still be used leave with a copy. */
export const usableOption = (): Option =>
  new Option(
    '--with-usable-signatures',
    'also what holds signatures that could still be used by whoever gets the copy',
  )

/** The argument that names a request. */
export const requestArgument = (): Argument =>
  new Argument('<request>', 'id of the request, as "countersign prepare" printed it')

/** The option that names the request that was shown, by its digest. */
export const digestOption = (): Option =>
  new Option(
    '--digest <digest>',
    'digest of the request as you were shown it, such as on another machine; with any other one nothing is done',
  ).argParser(digestText)

/** Adds examples to the help of a command, one a line with what it does. */
export const withExamples = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText(
    'after',
    ['', examples.length > 1 ? 'Examples:' : 'Example:', ...examples.map((line) => `  ${line}`)].join('\n'),
  )
