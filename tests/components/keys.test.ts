// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Keys } from '../../renderer/state/keys.svelte.ts'

const stops: (() => void)[] = []

function started() {
  const keys = new Keys()
  stops.push(keys.start(window))
  return keys
}

const press = (key: string, target: EventTarget = document.body, ctrlKey = false) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }))

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  document.body.replaceChildren()
})

describe('the keys', () => {
  it('do what they are listed for, and nothing once they are taken away', () => {
    const run = vi.fn()
    const keys = started()
    const remove = keys.add([{ keys: 'n', label: 'New request', group: 'Go to', run }])
    press('N')
    remove()
    press('n')
    expect(run).toHaveBeenCalledTimes(1)
    expect(keys.list).toEqual([])
  })

  it('do nothing while somebody types, but for those with Ctrl and Escape', () => {
    const [single, chord, escape] = [vi.fn(), vi.fn(), vi.fn()]
    started().add([
      { keys: 'n', label: 'n', group: 'g', run: single },
      { keys: 'Ctrl+Enter', label: 'c', group: 'g', run: chord },
      { keys: 'Escape', label: 'e', group: 'g', run: escape },
    ])
    const input = document.body.appendChild(document.createElement('input'))
    press('n', input)
    press('Enter', input, true)
    press('Escape', input)
    expect([single, chord, escape].map((run) => run.mock.calls.length)).toEqual([0, 1, 1])
  })

  it('take a pair one after the other, and not its second alone', () => {
    const run = vi.fn()
    started().add([{ keys: 'g h', label: 'Home', group: 'Go to', run }])
    press('h')
    expect(run).not.toHaveBeenCalled()
    press('g')
    press('h')
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('do nothing behind a dialog, but for those that are meant for it', () => {
    const [sign, commands] = [vi.fn(), vi.fn()]
    started().add([
      { keys: 'Ctrl+Enter', label: 'Sign', group: 'g', run: sign },
      { keys: 'Ctrl+k', label: 'Commands', group: 'g', run: commands, overDialogs: true },
    ])
    const dialog = document.body.appendChild(document.createElement('div'))
    dialog.setAttribute('role', 'dialog')
    press('Enter', dialog, true)
    press('k', dialog, true)
    expect([sign, commands].map((run) => run.mock.calls.length)).toEqual([0, 1])
  })

  it('belong to the screen that came last, and to the one before where that one does not want them', () => {
    const [below, above] = [vi.fn(), vi.fn()]
    let wants = true
    const keys = started()
    keys.add([{ keys: 'r', label: 'below', group: 'g', run: below }])
    keys.add([{ keys: 'r', label: 'above', group: 'g', run: above, when: () => wants }])
    press('r')
    wants = false
    press('r')
    expect([above.mock.calls.length, below.mock.calls.length]).toEqual([1, 1])
  })
})
