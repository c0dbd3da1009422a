/** The Ledger as the desk last saw it. */
import type { DeviceState } from '../../shared/contract.ts'
import { modelName } from '../../shared/device/models.ts'

/** The device, live. */
export class Device {
  /** Null until the desk has told. */
  state: DeviceState | null = $state.raw(null)

  readonly presence = $derived(this.state?.presence ?? 'none')
  readonly failure = $derived(this.state?.failure ?? null)
  /** Nothing stands between a request and its signature. */
  readonly ready = $derived(this.presence === 'ready')
  /** "Nano S Plus", or "Ledger" while it is not known which. */
  readonly name = $derived(this.state?.model ? modelName(this.state.model) : 'Ledger')
}
