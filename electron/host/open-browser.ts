/** Opens a link of the loopback host in the person's browser, where there is one. */
import { spawn } from 'node:child_process'

/** Whether windows can be shown to a person here. */
export const hasDisplay = (platform = process.platform, environment = process.env): boolean =>
  platform === 'win32' ||
  platform === 'darwin' ||
  Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY'])

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Opens a link. Nothing is said where no browser can be started: the link was printed, too. */
export function openBrowser(link: string): void {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...args, link], { detached: true, stdio: 'ignore' })
  child.on('error', () => child.unref())
  child.unref()
}
