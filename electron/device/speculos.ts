/** A Ledger in the Speculos emulator, through its HTTP interface; on this machine only. */
import { fail, ok, type Result } from '../../shared/errors.ts'
import type { DeviceModel } from '../../shared/device/models.ts'
import { withinLimit } from '../time-limit.ts'
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

/** Models by the word after `?model=`, where the screen does not tell. */
const modelsByName: ReadonlyMap<string, DeviceModel> = new Map([
  ['nanosp', 'nanoSP'],
  ['nanox', 'nanoX'],
  ['stax', 'stax'],
  ['flex', 'flex'],
  ['apex', 'apex'],
])

/** Milliseconds that an emulator on this machine may take to answer at all. */
const patience = 3_000

const unreachable = (address: string, detail: string) => fail('device.unreachable', { address, detail })

const reason = (error: unknown): string => {
  const { code, message } = Object(error) as Record<string, unknown>
  return String(code ?? message ?? error)
}

/** Where a Speculos is, and the model it was started as, if that was said. */
export interface SpeculosAddress {
  readonly url: URL
  readonly model: DeviceModel | undefined
}

/** Reads `http://127.0.0.1:5000`, with `?model=nanox` after it or not. Fails with `device.unreachable`. */
export function parseSpeculosUrl(text: string): Result<SpeculosAddress> {
  const url = URL.parse(text)
  const bare = url?.pathname === '/' && url.username === '' && url.password === '' && url.hash === ''
  if (url?.protocol !== 'http:' || !loopback.includes(url.hostname) || !bare)
    return unreachable(text, 'it must be http:// on this machine, such as http://127.0.0.1:5000.')
  const name = url.searchParams.get('model')
  const model = modelsByName.get(name ?? '')
  if (url.search !== '' && (model === undefined || url.search !== `?model=${name}`))
    return unreachable(
      text,
      `after it there may only be ?model= and one of ${[...modelsByName.keys()].join(', ')}.`,
    )
  return ok({ url, model })
}

const pngSignature = '89504e470d0a1a0a'

/** Reads the width out of a PNG's header, bytes 16 to 19 (PNG specification, IHDR); 0 if it is no PNG. */
function pngWidth(data: ArrayBuffer): number {
  const bytes = Buffer.from(data)
  const isPng = bytes.length >= 24 && bytes.subarray(0, 8).toString('hex') === pngSignature
  return isPng ? bytes.readUInt32BE(16) : 0
}

async function look({ url, model }: SpeculosAddress): Promise<Result<DeviceInfo>> {
  const id = url.origin
  try {
    const signal = AbortSignal.timeout(patience)
    const answer = await fetch(new URL('/screenshot', url), { redirect: 'error', signal })
    const seen = modelsByWidth.get(pngWidth(await answer.arrayBuffer()))
    return ok({ id, kind: 'speculos', model: model ?? seen ?? 'nanoSP' })
  } catch (error) {
    const { cause } = Object(error) as { cause?: unknown }
    return unreachable(id, reason(cause ?? error))
  }
}

async function connect(url: URL): Promise<Result<SpeculosTransport>> {
  try {
    const baseURL = `${url.protocol}//${url.hostname}`
    const opening = loadSpeculosHttp().open({ baseURL, apiPort: url.port || '80', timeout: 0 })
    const opened = await withinLimit(patience, opening)
    if (opened !== null) return ok(opened)
    void opening.then(
      (late) => late.close(),
      () => undefined,
    )
    return unreachable(url.origin, `it did not answer within ${patience / 1000} s.`)
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
    const parsed = parseSpeculosUrl(address)
    if (!parsed.ok) return parsed
    const info = await look(parsed.value)
    return info.ok ? ok({ url: parsed.value.url, info: info.value }) : info
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
