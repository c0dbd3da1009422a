/**
 * Who holds which device in this process. HID is not exclusive: two transports on one device would each read the
 * other's answers, so the second one is never opened.
 */
const held = new Set<unknown>()

/** Takes a device (a name, or the object that stands for it) for one owner; gives back its release, or null if taken. */
export function claim(device: string | object): (() => void) | null {
  if (held.has(device)) return null
  held.add(device)
  return () => {
    held.delete(device)
  }
}
