/**
 * Tests that prove a line of docs/security.md or docs/reliability.md: both tables are written from them, so that no line
 * can claim what no test shows (tests/docs/proven-doc.test.ts).
 */
import { it } from 'vitest'

/** Who attacks, in the order of the table. */
export const attackers = {
  process: 'another program of this user, or another local user',
  page: 'another page or program on this machine',
  edit: 'an edit between preview and signature, or in the past',
  rollback: 'an older copy put in place of a newer one',
  export: 'a copy or an export that still holds usable signatures',
  device: 'a device, an emulator, or what talks to it',
  venue: 'a venue, or whoever answers for it',
  text: 'text of others that drives a terminal, a page or a sheet',
  supply: 'the supply chain',
  way: 'a way out of the page or the machine',
} as const

/** Where a fault is, in the order of the table. */
export const places = {
  disk: 'the disk and the folder',
  clock: 'the clock',
  answer: 'the answer',
  load: 'long work beside the desk',
  process: 'the process',
} as const

/**
 * A test of one line of the table of attacks. `does` and `happens` are plain literals of one line, without a full stop.
 * @example attack('edit', 'replaces a prepared row', 'signing is refused with request.altered; the Ledger is not asked', async () => …)
 */
export const attack = (
  by: keyof typeof attackers,
  does: string,
  happens: string,
  prove: () => void | Promise<void>,
): void => void it(`${attackers[by]}: ${does}: ${happens}`, prove)

/**
 * A test of one line of the table of faults, proven `times` times, each told its number from 0.
 * @example fault('clock', 'the machine is 2 h ahead', 'a signed request is sent', 6, async (time) => …)
 */
export const fault = (
  at: keyof typeof places,
  goes: string,
  happens: string,
  times: number,
  prove: (time: number) => void | Promise<void>,
): void =>
  void it(`${places[at]}: ${goes}: ${happens}`, async () => {
    for (let time = 0; time < times; time += 1) await prove(time)
  })
