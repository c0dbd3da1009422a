/** The one door through which pages are opened outside of the desk. It knows every address that it lets through. */
import { shell } from 'electron'
import { outsideLinks } from '../../shared/shell.ts'

const allowed: ReadonlySet<string> = new Set(Object.values(outsideLinks))

/** Whether an address is, letter by letter, one of the desk's outside links. */
export const isOutsideLink = (url: string): boolean => allowed.has(url)

/** Opens an outside link in the person's browser. Any other address is left alone. */
export function openOutside(url: string): void {
  if (isOutsideLink(url)) void shell.openExternal(url)
}
