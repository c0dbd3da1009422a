/** What an account has at its venue beside its address, as the form asks for it. The venue's own schema decides. */
import type { VenueId } from '../../shared/venues/registry.ts'

/** One choice of a setting; the first one holds where nothing is said. */
export interface SettingChoice {
  readonly value: string | number | boolean
  readonly label: string
}

/** One setting in words: typed where it has no choices. */
export interface SettingField {
  readonly name: string
  readonly label: string
  readonly help: string
  readonly choices?: readonly SettingChoice[]
  readonly placeholder?: string
  readonly required?: boolean
}

/** The settings of each venue that the form offers; `needed` first. */
export const settingFields: { readonly [id in VenueId]: readonly SettingField[] } = {
  hyperliquid: [],
  compass: [
    {
      name: 'pathPrefix',
      label: 'Compass path',
      help: 'Compass serves mainnet only, and carries no subaccount or vault.',
      choices: [
        { value: '/v2/global_markets_perps', label: '/v2/global_markets_perps' },
        { value: '/v2/perpetual_trading', label: '/v2/perpetual_trading' },
      ],
    },
  ],
}
