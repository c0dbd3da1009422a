/** The keys of a desk that has none: every account's wire is signed by its Ledger. */
import { fail } from '../../shared/errors.ts'
import type { DeskKeys } from '../../electron/desk/ports.ts'

/** Fails with `secret.none`, whatever is asked for. */
export const noKeys: DeskKeys = {
  of: ({ name }) => Promise.resolve(fail('secret.none', { account: name })),
  open: ({ name }) => Promise.resolve(fail('secret.none', { account: name })),
}
