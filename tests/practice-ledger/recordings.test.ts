import { describe, expect, it } from 'vitest'
import { caseNames, deviceFor, readExchanges, readRecording, replay } from './replay.ts'
import type { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'

/** Cases whose number ends in a letter were recorded one after the other on the same running device. */
const series = (name: string): string | undefined => /^\w+-\d+(?=[a-z]-)/.exec(name)?.[0]

const running = new Map<string, PracticeLedger>()

describe('a practice Ledger answers and shows what the real app did', () => {
  it.each(caseNames)('%s', async (name) => {
    const recording = readRecording(name)
    const exchanges = readExchanges(name)
    const key = series(name)
    const ledger = (key === undefined ? undefined : running.get(key)) ?? deviceFor(recording)
    if (key !== undefined) running.set(key, ledger)
    const { responses, screens } = await replay(ledger, recording, exchanges)
    expect(responses).toEqual(exchanges.map(({ response }) => response))
    const idle = ['Ethereum', 'app is ready']
    const shown = recording.screens?.filter((screen) => screen.join() !== idle.join())
    if (shown !== undefined) expect(screens.filter((screen) => screen.join() !== idle.join())).toEqual(shown)
  })
})
