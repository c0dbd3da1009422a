/** The application's menu. A packaged build has no entry that reloads the page or opens developer tools. */
import { Menu, type MenuItemConstructorOptions } from 'electron'

const development: MenuItemConstructorOptions = {
  label: 'Development',
  submenu: [{ role: 'reload' }, { role: 'toggleDevTools' }],
}

/** Entries by platform: macOS needs a menu for quitting and for the clipboard's keys, elsewhere there is none. */
function entries(isMac: boolean, isPackaged: boolean): MenuItemConstructorOptions[] {
  const always: MenuItemConstructorOptions[] = isMac
    ? [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]
    : []
  return isPackaged ? always : [...always, development]
}

/** Sets the menu. */
export function setMenu(isPackaged: boolean): void {
  const template = entries(process.platform === 'darwin', isPackaged)
  Menu.setApplicationMenu(template.length === 0 ? null : Menu.buildFromTemplate(template))
}
