/** Where the command line gets the passphrase that seals API keys: a file, or the keyboard. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import { askHidden, hasKeyboard, readSecretFile } from './hidden-input.ts'

/** Names a file with the passphrase, where the option does not. */
export const passphraseFileVariable = 'COUNTERSIGN_PASSPHRASE_FILE'

/** The option that names a file with the passphrase. */
export interface PassphraseOptions {
  readonly passphraseFile?: string
}

/** The file that was named, by the option or in the environment. */
export const passphraseFileOf = ({ passphraseFile }: PassphraseOptions): string | undefined =>
  passphraseFile ?? process.env[passphraseFileVariable]

async function fromFile(file: string): Promise<Result<string>> {
  const bytes = await readSecretFile(file)
  if (!bytes.ok) return bytes
  const text = bytes.value.toString().replace(/\r?\n$/, '')
  bytes.value.fill(0)
  return ok(text)
}

/** Gets the passphrase. Fails with `secret.locked` where there is no file and nobody to ask, or with `input.*`. */
export async function readPassphrase(options: PassphraseOptions): Promise<Result<string>> {
  const file = passphraseFileOf(options)
  if (file !== undefined) return fromFile(file)
  return hasKeyboard() ? ok(await askHidden('Passphrase of the API keys: ')) : fail('secret.locked')
}

/** Gets a passphrase for the first key, from the keyboard twice. Fails as `readPassphrase` does, or with `input.badField`. */
export async function choosePassphrase(options: PassphraseOptions): Promise<Result<string>> {
  if (passphraseFileOf(options) !== undefined || !hasKeyboard()) return readPassphrase(options)
  const chosen = await askHidden('Choose a passphrase that seals the API keys: ')
  return (await askHidden('The same again: ')) === chosen
    ? ok(chosen)
    : fail('input.badField', { field: 'passphrase', detail: 'the two are not the same.' })
}
