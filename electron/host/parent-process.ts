/** What the window tells the `countersign start` that started it. */

/** The window is open: what happens from now on is no failure to start. */
export const windowIsOpen = 'countersign:window'

/** Tells it, where there is somebody to be told. */
export const tellParent = (): void => {
  process.send?.(windowIsOpen)
}
