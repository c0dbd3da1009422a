/** Tells a failure that leaves no desk to show it in. */
import { dialog } from 'electron'
import type { Failure } from '../../shared/errors.ts'
import { visibleText } from '../../shared/visible-text.ts'

/** Shows a failure and waits until it was read. */
export const showFailure = ({ message, next, code }: Failure): void =>
  dialog.showErrorBox(
    'Countersign cannot open its desk',
    `${visibleText(message)}\n\n${visibleText(next)}\n\n(${code})`,
  )
