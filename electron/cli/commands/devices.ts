/** `countersign devices`: which Ledgers are there, and what is open on them. */
import { modelName } from '../../../shared/device/models.ts'
import { fail, ok, type Result } from '../../../shared/errors.ts'
import { runWithDesk } from '../context.ts'
import type { DeskOptions } from '../options.ts'

/** Lists the devices with app, version and what hinders each. */
export const runDevices = (options: DeskOptions): Promise<void> =>
  runWithDesk(options, async ({ source, output }): Promise<Result<null>> => {
    const listed = await source.list()
    if (!listed.ok) return listed
    if (listed.value.length === 0) return fail('device.none')
    const devices = []
    for (const info of listed.value) {
      const opened = await source.open(info.id)
      const app = opened.ok ? await opened.value.app() : opened
      if (opened.ok) await opened.value.close()
      devices.push({ ...info, ...(app.ok ? { app: app.value } : { error: app.error }) })
      const state = app.ok
        ? `${app.value.name} ${app.value.version}`
        : `${app.error.message} ${app.error.next}`
      output.say(`${info.id.padEnd(16)} ${modelName(info.model).padEnd(12)} ${state}`)
    }
    output.result({ devices })
    return ok(null)
  })
