/** Bybit's rules, for the registry. */
import { fail, ok } from '../../errors.ts'
import type { VenueModule } from '../module.ts'
import { readSetLeverageAnswer, type RefusingStatuses } from '../v5/answer.ts'
import { v5Rules, v5WireOf } from '../v5/wire.ts'
import { bybitSettings, bybitSettingsSchema } from './settings.ts'
import { bybitWireSchema, type BybitWire } from './wire.ts'

const name = 'Bybit'

/**
 * How far Bybit's clock and ours may be apart, in ms, before it is certain that it takes the request no more. The time
 * stamp is taken from Bybit's clock, so this is a margin and no tolerance.
 */
const clockMarginMs = 10_000

/** Bybit V5 docs, error. A 403 may come from a gateway on the way back as well, and 5xx say nothing: unknown. */
const refusing: RefusingStatuses = {
  400: 'the request was malformed.',
  401: 'the API key or the signature was not accepted.',
  404: 'the venue does not know the path.',
  429: 'there were too many requests.',
}

/** The pure part of Bybit. */
export const bybit: VenueModule<BybitWire> = {
  ...v5Rules,
  name,
  networks: ['mainnet', 'testnet'],
  cautions: [],
  settingsSchema: bybitSettingsSchema,
  wireSchema: bybitWireSchema,
  buildWire(input) {
    const settings = bybitSettings(input.account.settings)
    if (!settings.ok) return settings
    const { category, recvWindowMs } = settings.value
    const shared = v5WireOf(input, name, category)
    if (!shared.ok) return shared
    // Bybit V5 docs, position/leverage: in cross margin both sides have the same leverage, in hedge mode too.
    if (input.to.isCross && shared.value.buyLeverage !== shared.value.sellLeverage)
      return fail('request.venueCannot', { venue: name, what: 'two leverages in cross margin' })
    return ok({ ...shared.value, recvWindowMs })
  },
  overAt: ({ recvWindowMs }, sentAtMs) => sentAtMs + recvWindowMs + clockMarginMs,
  readAnswer: (answer) => readSetLeverageAnswer(answer, refusing),
}
