/**
 * What a device will show for something that is to be signed or compared, before it is sent there.
 * The practice Ledger draws its screens with the same functions, and is held against recordings of real devices.
 */
import type { TypedData } from '../eip712/typed-data.ts'
import { fromHex } from '../hex.ts'
import type { Hex } from '../hex.ts'
import { streamCommands } from './eip712-commands.ts'
import { upperHex } from './eip712-format.ts'
import { Eip712Session } from './eip712-session.ts'
import { screensOf } from './flow.ts'
import type { DeviceRow, DeviceScreen } from './flow.ts'
import { screenClass } from './models.ts'
import type { DeviceModel, DeviceSettings } from './models.ts'
import { hashedRequest, messageRequest, typedDataRequest } from './requests.ts'
import type { ReviewRequest, TextPair } from './requests.ts'
import { flowOf, settingsErrorFlow } from './screens.ts'
import { sw } from './status-words.ts'
import { visible } from './text-layout.ts'

/** A setting of the Ethereum app, by what it is called in `DeviceSettings`. */
export type SettingName = keyof DeviceSettings

/** What a person will see: screens in order when everything is read and approved, and the fields as rows. */
export interface ShownReview {
  readonly kind: 'review'
  readonly screens: readonly DeviceScreen[]
  readonly rows: readonly DeviceRow[]
}

/** The device will refuse with 0x6a80, because a setting is off or because of the data itself. */
export type RefusedReview =
  | {
      readonly kind: 'refused'
      readonly because: 'setting'
      /** The setting to switch on. */
      readonly setting: SettingName
      readonly screens: readonly DeviceScreen[]
    }
  | { readonly kind: 'refused'; readonly because: 'data' }

/** What a device will do with typed data. */
export type TypedDataReview = ShownReview | RefusedReview

const readable = (text: string): string => text.split('\n').map(visible).join('\n')

const row = ({ label, value }: TextPair): DeviceRow => ({ label: readable(label), value: readable(value) })

function rowsOf(request: ReviewRequest): readonly DeviceRow[] {
  if (request.kind === 'typedData') return request.pairs.map(row)
  if (request.kind === 'message') return [row({ label: 'Message', value: request.text })]
  return [row({ label: 'Address', value: request.address })]
}

const shown = (model: DeviceModel, request: ReviewRequest): ShownReview => ({
  kind: 'review',
  screens: screensOf(flowOf(model, request)),
  rows: rowsOf(request),
})

const settingOff = (model: DeviceModel, setting: SettingName): RefusedReview => ({
  kind: 'refused',
  because: 'setting',
  setting,
  screens: screensOf(settingsErrorFlow(model)),
})

const refusedData: RefusedReview = { kind: 'refused', because: 'data' }

/** What a device shows for typed data (EIP-712, every field sent). Throws where hw-app-eth cannot encode a value. */
export function typedDataReview(
  model: DeviceModel,
  settings: DeviceSettings,
  typedData: TypedData,
): TypedDataReview {
  const screen = screenClass(model)
  const session = new Eip712Session(settings, screen)
  for (const command of streamCommands(typedData)) {
    const { status, settingsError = false } = session.run(command)
    if (settingsError) return settingOff(model, 'rawMessages')
    if (status !== sw.ok) return refusedData
  }
  const { hashes } = session
  if (hashes === undefined) return refusedData
  const { domainHash, messageHash } = hashes
  const texts = { domainHash: upperHex(domainHash), messageHash: upperHex(messageHash) }
  return shown(model, typedDataRequest(screen, settings, session.pairs, texts))
}

/** What a device shows for the two hashes of typed data (EIP-712 "v0"); 32 bytes each. */
export function hashedTypedDataReview(
  model: DeviceModel,
  settings: DeviceSettings,
  { domainHash, messageHash }: { readonly domainHash: Hex; readonly messageHash: Hex },
): TypedDataReview {
  if (!settings.blindSigning) return settingOff(model, 'blindSigning')
  const hashes = { domainHash: upperHex(fromHex(domainHash)), messageHash: upperHex(fromHex(messageHash)) }
  return shown(model, hashedRequest(screenClass(model), settings, hashes))
}

/** What a device shows for a personal message (EIP-191). It needs no setting. */
export const messageReview = (model: DeviceModel, message: Uint8Array): ShownReview =>
  shown(model, messageRequest(screenClass(model), message))

/** What a device shows when an address is compared; checksummed with 0x. */
export const addressReview = (model: DeviceModel, address: string): ShownReview =>
  shown(model, { kind: 'address', address, network: 'Ethereum' })
