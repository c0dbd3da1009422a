/** The venues and their pure parts; adding one adds a folder beside this file and one line here. */
import type { Signature } from '../signature.ts'
import { readExecuteAnswer } from './compass/answer.ts'
import { executeBody } from './compass/request.ts'
import type { UpdateLeverage } from './hyperliquid/action.ts'
import { readExchangeAnswer } from './hyperliquid/answer.ts'
import type { ActionContext } from './hyperliquid/digest.ts'
import { exchangeBody } from './hyperliquid/request.ts'
import type { HttpAnswer, SubmissionOutcome } from './outcome.ts'

/** The pure part of a venue. */
export interface VenueModule {
  /** The venue's name in sentences. */
  readonly name: string
  /** The exact text that submits a signed action. */
  readonly body: (action: UpdateLeverage, context: ActionContext, signature: Signature) => string
  readonly readAnswer: (answer: HttpAnswer) => SubmissionOutcome
  /** Whether an action can carry an expiry and a vault to this venue. */
  readonly carriesContext: boolean
}

/** Every venue by its id. */
export const venueModules = {
  hyperliquid: {
    name: 'Hyperliquid',
    body: (action, context, signature) => JSON.stringify(exchangeBody(action, context, signature)),
    readAnswer: readExchangeAnswer,
    carriesContext: true,
  },
  compass: {
    name: 'Compass',
    body: (action, { nonce }, signature) => JSON.stringify(executeBody(action, nonce, signature)),
    readAnswer: readExecuteAnswer,
    carriesContext: false,
  },
} as const satisfies Record<string, VenueModule>

/** Id of a venue. */
export type VenueId = keyof typeof venueModules

/** Ids of all venues. */
export const venueIds = Object.keys(venueModules) as readonly VenueId[]
