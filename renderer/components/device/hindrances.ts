/** What can stand between a request and its signature, in the catalogue's words with examples for what varies. */
import { minimumAppVersion, typedDataAdvice, type DeviceModel } from '../../../shared/device/models.ts'
import { failure, type ErrorCode, type Failure } from '../../../shared/errors.ts'

/** The failure codes whose remedy is the udev rule. */
export const udevCodes: readonly ErrorCode[] = ['device.noPermission']

/** The hindrances a person may meet, the most frequent first. */
export const hindrancesOf = (model: DeviceModel): readonly Failure[] => [
  failure('device.none'),
  failure('device.locked'),
  failure('device.noApp'),
  failure('device.wrongApp', { app: 'the Bitcoin app' }),
  failure('device.settingOff', { advice: typedDataAdvice(model) }),
  failure('device.appTooOld', { version: '1.21.0', minimum: minimumAppVersion }),
  failure('device.inUse'),
  failure('device.noPermission', { path: '/dev/hidraw3' }),
  failure('device.libraryMissing', { detail: 'libusb-1.0.so.0 is not there.' }),
  failure('device.several', { count: 2 }),
  failure('device.unplugged'),
]
