/** A Ledger in the Speculos emulator, through its HTTP interface; on this machine only. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { DeviceModel } from '../../shared/device/models.ts'
import { createLedger, type TimeLimits } from './ledger.ts'
import { loadSpeculosHttp, type SpeculosTransport } from './ledgerjs.ts'
import type { DeviceInfo, Ledger, LedgerSource } from './port.ts'
import { claim } from './registry.ts'
import { selectDevice } from './select.ts'

const loopback: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** Models by the width of Speculos' screenshot; the Nano S Plus and the Nano X look alike. */
const modelsByWidth: ReadonlyMap<number, DeviceModel> = new Map([
  [128, 'nanoSP'],
  [400, 'stax'],
  [480, 'flex'],
  [300, 'apex'],
])

/** Milliseconds that an emulator on this machine may take to answer at all. */
const patience = 3_000

const unreachable = (address: string, detail: string) => fail('device.unreachable', { address, detail })

const reason = (error: unknown): string => {
  const { code, message } = Object(error) as Record<string, unknown>
  return String(code ?? message ?? error)
}

/** The address of a Speculos on this machine. Fails with `device.unreachable`. */
export function parseSpeculosUrl(text: string): Result<URL> {
  const url = URL.parse(text)
  if (
    url?.protocol !== 'http:' ||
    !loopback.includes(url.hostname) ||
    url.pathname !== '/' ||
    url.username !== ''
  )
    return unreachable(text, 'it must be http:// on this machine, such as http://127.0.0.1:5000.')
  return ok(url)
}

/** Reads the width out of a PNG's header, bytes 16 to 19 (PNG specification, IHDR). */
const pngWidth = (png: ArrayBuffer): number => (png.byteLength < 24 ? 0 : new DataView(png).getUint32(16))

async function look(url: URL): Promise<Result<DeviceInfo>> {
  const id = url.origin
  try {
    const signal = AbortSignal.timeout(patience)
    const answer = await fetch(new URL('/screenshot', url), { redirect: 'error', signal })
    const model = modelsByWidth.get(pngWidth(await answer.arrayBuffer())) ?? 'nanoSP'
    return ok({ id, kind: 'speculos', model })
  } catch (error) {
    const { cause } = Object(error) as { cause?: unknown }
    return unreachable(id, reason(cause ?? error))
  }
}

async function connect(url: URL): Promise<Result<SpeculosTransport>> {
  try {
    const baseURL = `${url.protocol}//${url.hostname}`
    return ok(await loadSpeculosHttp().open({ baseURL, apiPort: url.port || '80', timeout: 0 }))
  } catch (error) {
    return unreachable(url.origin, reason(error))
  }
}

async function openEmulator(url: URL, info: DeviceInfo, limits?: TimeLimits): Promise<Result<Ledger>> {
  const release = claim(`speculos:${url.host}`)
  if (!release) return fail('device.inUse')
  const opened = await connect(url)
  if (!opened.ok) {
    release()
    return opened
  }
  const transport = opened.value
  let request = new AbortController()
  transport.instance.defaults.signal = request.signal
  const interrupt = () => {
    request.abort()
    request = new AbortController()
    transport.instance.defaults.signal = request.signal
  }
  return ok(createLedger(info, { transport, interrupt, release }, limits))
}

/** The one Ledger of a Speculos; `list` and `open` fail with `device.unreachable` when it is not there. */
export function speculosSource(address: string, limits?: TimeLimits): LedgerSource {
  const find = async (): Promise<Result<{ url: URL; info: DeviceInfo }>> => {
    const url = parseSpeculosUrl(address)
    if (!url.ok) return url
    const info = await look(url.value)
    return info.ok ? ok({ url: url.value, info: info.value }) : info
  }
  return {
    list: async () => {
      const found = await find()
      return found.ok ? ok([found.value.info]) : found
    },
    open: async (id) => {
      const found = await find()
      if (!found.ok) return found
      const chosen = selectDevice([found.value.info], id)
      return chosen.ok ? openEmulator(found.value.url, chosen.value, limits) : chosen
    },
  }
}
