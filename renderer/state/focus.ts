/** Focus goes to the new sentence after a step, not to the next button: `{@attach focus}` on what appears. */

/** Gives an element the focus when it appears; it needs `tabindex="-1"` where it is none that takes focus. */
export function focus(node: HTMLElement): void {
  node.focus()
}
