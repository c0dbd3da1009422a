/** Synthetix' rules, for the registry. */
import type { VenueModule } from '../module.ts'
import { readTradeAnswer } from './answer.ts'
import { synthetixRevocation } from './revocation.ts'
import { settingsSchema } from './settings.ts'
import {
  bodyOf,
  buildWire,
  digestsOf,
  disagreement,
  expiresAfterOf,
  overAt,
  synthetixWireSchema,
  typedDataOf,
  type SynthetixWire,
} from './wire.ts'

/**
 * The pure part of Synthetix. Only its main network: the test environment takes the same signatures, so a change that
 * was signed for there could be carried out here.
 */
export const synthetix: VenueModule<SynthetixWire> = {
  name: 'Synthetix',
  signedBy: 'device',
  networks: ['mainnet'],
  carriesMode: false,
  carriesExpiry: true,
  carriesVault: false,
  cautions: ['The new leverage holds for the open position in this market too, at once.'],
  settingsSchema,
  wireSchema: synthetixWireSchema,
  buildWire,
  disagreement,
  nonceOf: ({ nonce }) => String(nonce),
  expiresAfterOf,
  deadlineOf: expiresAfterOf,
  overAt,
  digestsOf,
  typedDataOf,
  bodyOf,
  readAnswer: readTradeAnswer,
  revocation: synthetixRevocation,
  subjectOf: ({ account, wire }) => `subaccount ${wire.subAccountId} of ${account.address}`,
}
