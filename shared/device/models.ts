/** The Ledger models and how a person names them and their settings; every model is one row of one table. */

/** Models that run the Ethereum app. `nanoS` is the first Nano S, whose apps are no longer updated. */
export type DeviceModel = 'nanoS' | 'nanoSP' | 'nanoX' | 'stax' | 'flex' | 'apex'

/** How a model is looked at and touched: two buttons and 128 x 64 pixels, or a touch screen. */
export type ScreenClass = 'nano' | 'touch'

/** Settings of the Ethereum app that decide what is shown and signed. All are off when the app is installed. */
export interface DeviceSettings {
  /** "Blind signing": hashes may be signed. */
  readonly blindSigning: boolean
  /** "Raw messages": every field of typed data is shown. */
  readonly rawMessages: boolean
  /** "Transaction hash": domain and message hash are shown too. */
  readonly transactionHash: boolean
}

/** The settings of a newly installed Ethereum app. */
export const factorySettings: DeviceSettings = {
  blindSigning: false,
  rawMessages: false,
  transactionHash: false,
}

interface ModelFacts {
  readonly name: string
  readonly screen: ScreenClass
  /** Whether this project knows the model's screens exactly. */
  readonly screensKnown: boolean
}

const facts: Readonly<Record<DeviceModel, ModelFacts>> = {
  nanoS: { name: 'Nano S', screen: 'nano', screensKnown: false },
  nanoSP: { name: 'Nano S Plus', screen: 'nano', screensKnown: true },
  nanoX: { name: 'Nano X', screen: 'nano', screensKnown: true },
  stax: { name: 'Stax', screen: 'touch', screensKnown: true },
  flex: { name: 'Flex', screen: 'touch', screensKnown: false },
  apex: { name: 'Nano Gen5', screen: 'touch', screensKnown: false },
}

/** A model's name as printed on its box. */
export const modelName = (model: DeviceModel): string => facts[model].name

/** Whether a model has buttons or a touch screen. */
export const screenClass = (model: DeviceModel): ScreenClass => facts[model].screen

/** Whether a model's screens are known exactly; for the others the fields are right, but not the paging. */
export const screensKnown = (model: DeviceModel): boolean => facts[model].screensKnown

/** What a person does on the device, in one sentence, so that it shows and signs typed data. */
export function typedDataAdvice(model: DeviceModel): string {
  const open =
    screenClass(model) === 'nano'
      ? 'open the Ethereum app, press the right button until "App settings" and then both buttons'
      : 'open the Ethereum app and tap the gear in the upper right corner'
  return `On the ${modelName(model)} ${open}; switch on "Raw messages". Then sign: the prepared request is kept.`
}

/**
 * The oldest Ethereum app that may sign. 1.20.0 and 1.22.0 each repaired a wrong EIP-712 hash, and 1.22.0 closed two
 * ways around the blind-signing setting (changelog of Ledger's app-ethereum): with an older app the digest on the
 * device need not be the digest previewed.
 */
export const minimumAppVersion = '1.22.0'
