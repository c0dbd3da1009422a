import { describe, expect, it } from 'vitest'
import { caseNames, deviceFor, readExchanges, readRecording, replay } from './replay.ts'

/** Cases whose number ends in a letter were recorded one after the other on the same running device. */
const seriesOf = (name: string): string => /^\w+-\d+(?=[a-z]-)/.exec(name)?.[0] ?? name

const runs = [...Map.groupBy(caseNames, seriesOf).values()].map(
  (names) => [names.join(', then '), names] as const,
)

describe('a practice Ledger answers and shows what the real app did', () => {
  it.each(runs)('%s', async (_, [first = '', ...next]) => {
    const ledger = deviceFor(readRecording(first))
    for (const name of [first, ...next]) {
      const recording = readRecording(name)
      const exchanges = readExchanges(name)
      const { responses, screens } = await replay(ledger, recording, exchanges)
      expect(responses, name).toEqual(exchanges.map(({ response }) => response))
      const idle = ['Ethereum', 'app is ready']
      const shown = recording.screens?.filter((screen) => screen.join() !== idle.join())
      if (shown !== undefined)
        expect(
          screens.filter((screen) => screen.join() !== idle.join()),
          name,
        ).toEqual(shown)
    }
  })
})
