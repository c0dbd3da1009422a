import { expect, it } from 'vitest'
import {
  adviceOf,
  decide,
  events,
  guards,
  isFinal,
  requestEvents,
  requestStates,
} from '../../shared/request-state.ts'

const arrowLines = requestEvents.flatMap((event) =>
  requestStates.flatMap((from) => {
    const to = decide(from, event)
    return to === null ? [] : [`  ${from} --> ${to}: ${event}`]
  }),
)

const picture = [
  '```mermaid',
  'stateDiagram-v2',
  '  [*] --> draft',
  ...arrowLines,
  ...requestStates.filter(isFinal).map((state) => `  ${state} --> [*]`),
  '```',
]

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const rule = (count: number): string => `|${'---|'.repeat(count)}`

const eventTable = [
  row(['event', 'what has happened', 'what must hold']),
  rule(3),
  ...requestEvents.map((event) => {
    const asked = events[event].guards.map((name) => `\`${name}\``).join(', ')
    return row([`\`${event}\``, events[event].says, asked])
  }),
]

const guardTable = [
  row(['guard', 'what it asks']),
  rule(2),
  ...Object.entries(guards).map(([name, { says }]) => row([`\`${name}\``, says])),
]

const pairTable = [
  row(['', ...requestStates]),
  rule(requestStates.length + 1),
  ...requestEvents.map((event) =>
    row([`\`${event}\``, ...requestStates.map((state) => decide(state, event) ?? '–')]),
  ),
]

const stateTable = [
  row(['state', 'what a person can do']),
  rule(2),
  ...requestStates.map((state) => row([state, adviceOf(state, 'REQUEST')])),
]

it('docs/request-life.md is the machine (after a change: npx vitest run tests/docs --update)', async () => {
  const text = [
    '# The life of a request',
    '',
    'One machine (`shared/request-state.ts`), drawn from its own data. The store moves a request by it or not at all: it',
    'looks at the state, asks the guards and writes state and history row in one transaction, which is on the disk before',
    'anything irreversible follows. While one process or screen acts on a request it holds its lease; any other is told',
    '`request.busy`. A lease whose holder was ended by force is free after 6 s.',
    '',
    ...picture,
    '',
    '## Every pair of event and state',
    '',
    'The state that follows; "–" is refused with `request.wrongState`.',
    '',
    ...pairTable,
    '',
    '## The events',
    '',
    ...eventTable,
    '',
    ...guardTable,
    '',
    '## Where a person stands',
    '',
    ...stateTable,
    '',
  ].join('\n')
  await expect(text).toMatchFileSnapshot('../../docs/request-life.md')
})
