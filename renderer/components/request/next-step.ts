/** What to do about a failure in this window, where the catalogue's next step speaks of the command line. */
import type { ErrorCode, Failure } from '../../../shared/errors.ts'

const here: { readonly [code in ErrorCode]?: string } = {
  'answer.unknown': 'Do not send it again. Check the venue: reading settles it, and changes nothing.',
  'answer.notProven':
    'Look at the account at the venue before you do anything else. Checking the venue reads it again.',
  'answer.stillUnknown': 'Wait until then and check the venue again. That only reads.',
  'store.notRecorded':
    'Do not send it again. Free the disk or close the other Countersign, then check the venue.',
  'request.frozen':
    'Check the venue: that only reads, and settles it. If the change is still wanted then, prepare a new request.',
  'request.stillFrozen':
    'Wait until then and check the venue again. Where the Ledger signed it, revoking ends it before.',
  'request.unsettled':
    'Settle that one first by checking the venue. Two changes under way could be applied in either order.',
  'request.unknownMarket': 'Choose a market from the list.',
  'request.unknown': 'Look for it in the history.',
  'agent.unknown': 'Do not approve it again. Reading the agents again settles it.',
  'agent.notProven':
    'Look at the agents at the venue before you do anything else. Reading the agents again may settle it.',
  'agent.unsettled': 'Settle that one first by reading the agents again.',
  'agent.nameTaken': 'Choose another name, or tick that it replaces the one that is there.',
  'venue.readPermitMissing':
    'Permit the reading on the new request or on Home: the Ledger signs it once, for a day.',
  'venue.keyRefused': 'Test the key on the page Accounts. Nothing was changed by reading.',
  'venue.readDenied':
    'Check the account. Where the signature for reading may be the reason, permit it again.',
  'secret.locked': 'Unlock the API keys with their passphrase, then do it again.',
  'secret.none': 'Add one on the page Accounts.',
  'secret.exists': 'Rotate it: another one is put in its place.',
  'secret.altered':
    'Do not use this database until you know why. Revoke the key at the venue, make a new one, and rotate to it.',
  'secret.expired': 'Make a new key at the venue, then put it in place on the page Accounts.',
  'device.several': 'Unplug the others.',
}

/** The next step for a person at this window. */
export const nextStep = ({ code, next }: Pick<Failure, 'code' | 'next'>): string => here[code] ?? next
