/** Light, dark, or as the system has it; kept for this window's origin. */

/** What a person can choose. */
export const themes = ['system', 'light', 'dark'] as const

/** A chosen theme. */
export type Theme = (typeof themes)[number]

const key = 'countersign.theme'

/** The theme of the document. */
export class ThemeChoice {
  readonly #storage: Storage
  chosen: Theme = $state('system')

  constructor(storage: Storage) {
    this.#storage = storage
    this.chosen = themes.find((theme) => theme === storage.getItem(key)) ?? 'system'
  }

  choose(theme: Theme): void {
    this.chosen = theme
    this.#storage.setItem(key, theme)
  }
}
