/** The Ledger models and how a person names their settings. */

/** Models that run the Ethereum app. `nanoS` is the first Nano S, whose apps are no longer updated. */
export type DeviceModel = 'nanoS' | 'nanoSP' | 'nanoX' | 'stax' | 'flex' | 'apex'
