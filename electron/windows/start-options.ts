/** What was asked of the window when it was started. */
import { parseArgs } from 'node:util'

/** The options of Electron's entry. */
export interface StartOptions {
  readonly practice: boolean
  readonly data?: string
  readonly device?: string
}

const told = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Reads them from the command line, where Chromium's own switches may stand beside them. */
export function readStartOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: { practice: { type: 'boolean' }, data: { type: 'string' }, device: { type: 'string' } },
  })
  return {
    practice: values['practice'] === true,
    ...(told(values['data']) ? { data: values['data'] } : {}),
    ...(told(values['device']) ? { device: values['device'] } : {}),
  }
}
