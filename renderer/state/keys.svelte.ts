/**
 * Every shortcut of the window in one place, so that the list of keys is what the keys do. Single keys do nothing while
 * somebody types, and signing and sending never have one.
 */

import { untrack } from 'svelte'

/** One shortcut; without keys it is only a command: `n`, `?`, `g h` (one after the other), `Ctrl+k`, `Ctrl+Enter`, `Escape`. */
export interface Shortcut {
  readonly keys: string
  /** What it does, as the list of keys and the commands say it. */
  readonly label: string
  /** Heading in the list; shortcuts without one are not listed among the commands. */
  readonly group: string
  readonly run: () => void
  /** Whether it applies now; always when left out. */
  readonly when?: () => boolean
  /** Also while a dialog is open; nothing behind a dialog is done by a key otherwise. */
  readonly overDialogs?: boolean
}

/** How long the second key of a pair may take. */
const pairMs = 1200

const typed = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=radio], [type=checkbox]), textarea, select'))

const inDialog = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[role=dialog]') !== null

const nameOf = (event: KeyboardEvent): string => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  return event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key
}

/** The shortcuts of the screens that stand now; the last that came wins. */
export class Keys {
  #shortcuts: readonly (readonly Shortcut[])[] = $state.raw([])
  #first: { readonly key: string; readonly atMs: number } | null = null
  readonly list = $derived(this.#shortcuts.flat())

  /** Adds shortcuts; the returned function takes them away. Meant for `$effect(() => keys.add([...]))`. */
  add(shortcuts: readonly Shortcut[]): () => void {
    this.#shortcuts = [...untrack(() => this.#shortcuts), shortcuts]
    return () => {
      this.#shortcuts = untrack(() => this.#shortcuts).filter((own) => own !== shortcuts)
    }
  }

  /** Listens to a window; the returned function stops it. */
  start(host: Window): () => void {
    const listen = (event: KeyboardEvent) => this.press(event)
    host.addEventListener('keydown', listen)
    return () => host.removeEventListener('keydown', listen)
  }

  /** Does what a key stands for, if anything. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.repeat) return
    const key = nameOf(event)
    if (typed(event.target) && !key.startsWith('Ctrl+') && key !== 'Escape') return
    const fits = (shortcut: Shortcut) =>
      (shortcut.when?.() ?? true) && (!inDialog(event.target) || shortcut.overDialogs === true)
    const pair =
      this.#first && event.timeStamp - this.#first.atMs < pairMs ? `${this.#first.key} ${key}` : null
    const found = (pair !== null && this.#find(pair, fits)) || this.#find(key, fits)
    const begins = this.list.some(({ keys }) => keys.startsWith(`${key} `))
    this.#first = !found && begins ? { key, atMs: event.timeStamp } : null
    if (!found) return
    event.preventDefault()
    found.run()
  }

  #find(keys: string, fits: (shortcut: Shortcut) => boolean): Shortcut | undefined {
    return this.list.findLast((shortcut) => shortcut.keys === keys && fits(shortcut))
  }
}
