import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import { hidSource, modelOfProduct, type HidPorts } from '../../electron/device/hid.ts'
import type { HidDevice, HidTransport } from '../../electron/device/ledgerjs.ts'
import { findByAddress } from '../../electron/device/select.ts'
import { firstPath, scriptedAddress, scriptedApp, status, testAddresses } from './support.ts'

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code)

const limits = { quiet: 2_000, review: 2_000 }

const cannotOpen = new TypeError('cannot open device with path /dev/hidraw0: Permission denied')

const hidOf = ({ transport, interrupt }: ReturnType<typeof scriptedApp>): HidTransport =>
  Object.assign(transport, { device: { pause: interrupt } })

/** USB as a test wants it: the devices that are there, and how each path opens. */
function usb(
  devices: readonly HidDevice[],
  more: Partial<HidPorts> & { open?: (path: string) => Promise<HidTransport> },
) {
  const open = more.open ?? (() => Promise.resolve(hidOf(scriptedApp())))
  const ports: HidPorts = {
    load: more.load ?? (() => ({ devices: () => devices, open })),
    mayOpen: more.mayOpen ?? (() => Promise.resolve('yes')),
  }
  return hidSource(limits, ports)
}

const nano: HidDevice = { path: '/dev/hidraw-test-nano', productId: 0x5011 }
const stax: HidDevice = { path: '/dev/hidraw-test-stax', productId: 0x6011 }

const withoutLibusb = () => {
  throw new Error('libusb-1.0.so.0: cannot open shared object file: No such file or directory')
}

describe('which Ledgers are there', () => {
  it.each([
    [0x1011, 'nanoS'],
    [0x4011, 'nanoX'],
    [0x4015, 'nanoX'],
    [0x5011, 'nanoSP'],
    [0x6011, 'stax'],
    [0x7011, 'flex'],
    [0x8011, 'apex'],
    [0x0011, undefined],
    [0x9911, undefined],
  ])('product id %i is %s', (productId, model) => {
    expect(modelOfProduct(productId)).toBe(model)
  })

  it('lists them with their models, and leaves out what runs no Ethereum app', async () => {
    const blue: HidDevice = { path: '/dev/hidraw9', productId: 0x0001 }
    expect(await usb([nano, blue, stax], {}).list()).toEqual({
      ok: true,
      value: [
        { id: nano.path, kind: 'hid', model: 'nanoSP' },
        { id: stax.path, kind: 'hid', model: 'stax' },
      ],
    })
  })

  it('says what is missing when the USB libraries are not there', async () => {
    const source = usb([], { load: withoutLibusb })
    const [listed, opened] = [await source.list(), await source.open()]
    expect([codeOf(listed), codeOf(opened)]).toEqual(['device.libraryMissing', 'device.libraryMissing'])
    expect(listed.ok ? '' : listed.error.message).toContain('libusb-1.0.so.0')
  })

  it('never takes the first of several, and tells a missing one from none at all', async () => {
    expect(codeOf(await usb([], {}).open())).toBe('device.none')
    expect(codeOf(await usb([nano, stax], {}).open())).toBe('device.several')
    expect(codeOf(await usb([nano], {}).open('/dev/hidraw7'))).toBe('device.unreachable')
  })
})

afterEach(() => vi.useRealTimers())

describe('opening', () => {
  it('waits for the rights that udev gives a moment after the device is listed', async () => {
    // The clock stands still: the fourth try is within the second, however busy the machine is.
    vi.useFakeTimers({ toFake: ['Date'] })
    let tries = 0
    const open = () => {
      tries += 1
      return tries < 4 ? Promise.reject(cannotOpen) : Promise.resolve(hidOf(scriptedApp()))
    }
    const opened = await usb([nano], { open, mayOpen: () => Promise.resolve('no') }).open()
    expect(codeOf(opened)).toBe('ok')
    expect(tries).toBe(4)
    if (opened.ok) await opened.value.close()
  })

  it('reports the missing rule after a second without rights, naming the device file', async () => {
    const started = Date.now()
    const source = usb([nano], {
      open: () => Promise.reject(cannotOpen),
      mayOpen: () => Promise.resolve('no'),
    })
    const opened = await source.open()
    expect(codeOf(opened)).toBe('device.noPermission')
    expect(opened.ok ? '' : opened.error.message).toContain(nano.path)
    expect(Date.now() - started).toBeGreaterThanOrEqual(1_000)
    expect(codeOf(await source.open())).toBe('device.noPermission')
  })

  it('tells a device that has gone from one that may not be opened', async () => {
    const source = usb([nano], {
      open: () => Promise.reject(cannotOpen),
      mayOpen: () => Promise.resolve('absent'),
    })
    expect(codeOf(await source.open())).toBe('device.none')
  })

  it('says that another program holds it when the rights are there', async () => {
    expect(codeOf(await usb([nano], { open: () => Promise.reject(cannotOpen) }).open())).toBe('device.inUse')
  })

  it('opens a device once in this process, and again after it was closed', async () => {
    const source = usb([nano], {})
    const [first, second] = [await source.open(), await usb([nano], {}).open()]
    expect([codeOf(first), codeOf(second)]).toEqual(['ok', 'device.inUse'])
    if (first.ok) await first.value.close()
    const third = await source.open()
    expect(codeOf(third)).toBe('ok')
    if (third.ok) await third.value.close()
  })
})

describe('a device is known by its address', () => {
  const other = scriptedApp({ privateKey: `0x${'17'.repeat(32)}` })

  it('the one that holds the address is opened, the others are closed, nobody is asked', async () => {
    const right = scriptedApp()
    const open = (path: string) => Promise.resolve(hidOf(path === nano.path ? other : right))
    const found = await findByAddress(usb([nano, stax], { open }), firstPath, scriptedAddress)
    expect(found.ok && found.value.info.id).toBe(stax.path)
    expect([other.witness.closed, right.witness.closed]).toEqual([1, 0])
    expect([...other.witness.apdus, ...right.witness.apdus].some((apdu) => apdu.startsWith('e00201'))).toBe(
      false,
    )
    if (found.ok) await found.value.close()
  })

  it('says what the devices hold when none holds it', async () => {
    const found = await findByAddress(usb([nano], {}), firstPath, testAddresses[0])
    expect(codeOf(found)).toBe('device.notThisOne')
    expect(found.ok ? '' : found.error.message).toContain(scriptedAddress)
  })

  it('says that one is locked, for that may be the one', async () => {
    const locked = scriptedApp({ instead: () => status(0x5515) })
    const open = (path: string) => Promise.resolve(hidOf(path === nano.path ? scriptedApp() : locked))
    const found = await findByAddress(usb([nano, stax], { open }), firstPath, testAddresses[0])
    expect(codeOf(found)).toBe('device.locked')
    expect(locked.witness.closed).toBe(1)
  })

  it('says that there is none', async () => {
    expect(codeOf(await findByAddress(usb([], {}), firstPath, scriptedAddress))).toBe('device.none')
  })
})
