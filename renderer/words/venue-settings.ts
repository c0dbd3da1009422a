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
  synthetix: [
    {
      name: 'subAccountId',
      label: 'Subaccount',
      help: 'The id of the subaccount whose leverage changes, all of its digits.',
      placeholder: '1867542890123456789',
      required: true,
    },
    {
      name: 'defaultLeverage',
      label: 'Leverage of markets never set',
      help: 'Synthetix does not say what holds in a market whose leverage was never set. Leave it out to refuse changing those.',
      placeholder: '10',
    },
    {
      name: 'bodyShape',
      label: 'Layout of what is sent',
      help: 'Sources differ. A is what the documentation shows today; keep it unless Synthetix refuses it.',
      choices: [
        { value: 'A', label: 'A, as documented' },
        { value: 'B', label: 'B' },
        { value: 'C', label: 'C' },
        { value: 'D', label: 'D' },
      ],
    },
    {
      name: 'expiresAfterUnit',
      label: 'Expiry counts in',
      help: 'Sources differ. Milliseconds unless Synthetix finds every request expired.',
      choices: [
        { value: 'ms', label: 'Milliseconds' },
        { value: 's', label: 'Seconds' },
      ],
    },
  ],
  arcus: [
    {
      name: 'accountIndex',
      label: 'Account',
      help: 'Which of the ten accounts of the address.',
      choices: Array.from({ length: 10 }, (_, index) => ({ value: index, label: `Account ${index}` })),
    },
    {
      name: 'isolated',
      label: 'Margin mode is sent',
      help: 'Older servers do not know the field: so it is sent only where the mode changes.',
      choices: [
        { value: 'whenChanged', label: 'Only when it changes' },
        { value: 'always', label: 'Always' },
        { value: 'never', label: 'Never' },
      ],
    },
    {
      name: 'createApiKey',
      label: 'API keys are registered',
      help: 'The Ledger signs it once for each key.',
      choices: [
        { value: 'eip712', label: 'With typed data' },
        { value: 'eip191', label: 'With a plain message (older)' },
      ],
    },
  ],
  coinswitch: [
    {
      name: 'epochUnit',
      label: 'Time is signed in',
      help: 'Sources differ. Milliseconds unless CoinSwitch refuses every signature.',
      choices: [
        { value: 'milliseconds', label: 'Milliseconds' },
        { value: 'seconds', label: 'Seconds' },
      ],
    },
  ],
  bybit: [
    {
      name: 'category',
      label: 'Markets',
      help: 'Linear ones are quoted in USDT or USDC.',
      choices: [
        { value: 'linear', label: 'Linear' },
        { value: 'inverse', label: 'Inverse' },
      ],
    },
    {
      name: 'host',
      label: 'Host',
      help: 'Bybit’s two names of the same venue.',
      choices: [
        { value: 'api.bybit.com', label: 'api.bybit.com' },
        { value: 'api.bytick.com', label: 'api.bytick.com' },
      ],
    },
  ],
}
