/** Finds the Electron runtime that opens the window, and fetches it once where it can be had. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasDisplay } from './open-browser.ts'

const probeMs = 3_000
const fetchMs = 10 * 60_000

/** The runtime's program, or why there is none: words that follow "because". */
export type RuntimeSearch = { readonly program: string } | { readonly reason: string }

/** What the search looks at; told by tests. */
export interface RuntimePlace {
  /** Folder of the installed `electron` package. */
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  readonly isRoot: boolean
}

/** The place on this machine. `root` is the folder of package.json. */
export const thisPlace = (root: string): RuntimePlace => ({
  folder: join(root, 'node_modules', 'electron'),
  environment: process.env,
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
})

/** A program that is there already: the one that the environment names, else the package's own. */
export function installedRuntime({ folder, environment }: RuntimePlace): string | undefined {
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron'
  // Set to nothing is not set: the name alone would be looked for in the folder that this is run from.
  const program = join(environment['ELECTRON_OVERRIDE_DIST_PATH'] || join(folder, 'dist'), name)
  return existsSync(program) ? program : undefined
}

/** Why no window can be shown to a person here, whatever runtime there is; undefined if it can. */
export function windowHindrance({ environment, platform, isRoot }: RuntimePlace): string | undefined {
  if (!hasDisplay(platform, environment)) return 'there is no display'
  if (isRoot && platform === 'linux') return 'Electron keeps its sandbox, and root has none'
  return undefined
}

async function canBeReached(address: string): Promise<boolean> {
  try {
    await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) })
    return true
  } catch {
    return false
  }
}

/** Fetches the package's own runtime, unless its host does not answer within seconds. */
async function fetchRuntime(
  { folder, environment }: RuntimePlace,
  say: (line: string) => void,
): Promise<void> {
  const installer = join(folder, 'install.js')
  const host = environment['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/'
  if (!existsSync(installer) || !(await canBeReached(host))) return
  say('Fetching the Electron runtime, once.')
  spawnSync(process.execPath, [installer], { cwd: folder, stdio: 'ignore', timeout: fetchMs })
}

/** Finds the runtime, and fetches it where a window could be shown and it is missing. */
export async function findRuntime(place: RuntimePlace, say: (line: string) => void): Promise<RuntimeSearch> {
  const reason = windowHindrance(place)
  if (reason !== undefined) return { reason }
  const there = installedRuntime(place)
  if (there !== undefined) return { program: there }
  await fetchRuntime(place, say)
  const fetched = installedRuntime(place)
  return fetched === undefined
    ? { reason: 'there is no Electron runtime, and it cannot be fetched' }
    : { program: fetched }
}
