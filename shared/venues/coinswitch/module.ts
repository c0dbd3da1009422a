/** CoinSwitch PRO's rules (its HFT surface), for the registry. */
import { ok } from '../../errors.ts'
import type { VenueModule } from '../module.ts'
import { readSetLeverageAnswer, type RefusingStatuses } from '../v5/answer.ts'
import { v5Rules, v5WireOf } from '../v5/wire.ts'
import { coinSwitchSettings, coinSwitchSettingsSchema } from './settings.ts'
import { coinSwitchWireSchema, type CoinSwitchWire } from './wire.ts'

const name = 'CoinSwitch'

/** CoinSwitch PRO API docs, errors and rate limits. A 5xx says nothing about the outcome. */
const refusing: RefusingStatuses = {
  400: 'the request was malformed.',
  401: "the API key, the signature or the time was not accepted; check the key and this machine's clock.",
  422: 'a field is wrong, or the leverage is not allowed here.',
  429: 'there were too many requests.',
}

/** The pure part of CoinSwitch. */
export const coinswitch: VenueModule<CoinSwitchWire> = {
  ...v5Rules,
  name,
  networks: ['mainnet'],
  cautions: [
    'CoinSwitch does not bind the change: its signature covers neither market nor leverage, so who sees one could send another change with it.',
    'It applies to orders placed afterwards; the leverage of open positions stays as it is.',
  ],
  settingsSchema: coinSwitchSettingsSchema,
  wireSchema: coinSwitchWireSchema,
  buildWire(input) {
    const settings = coinSwitchSettings(input.account.settings)
    if (!settings.ok) return settings
    const shared = v5WireOf(input, name, 'linear')
    return shared.ok ? ok({ ...shared.value, category: 'linear', ...settings.value }) : shared
  },
  overAt: ({ signatureLifeSeconds }, sentAtMs) => sentAtMs + signatureLifeSeconds * 1000,
  readAnswer: (answer) => readSetLeverageAnswer(answer, refusing),
}
