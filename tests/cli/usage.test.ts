import { describe, expect, it } from 'vitest'
import { commandOf, createProgram } from '../../electron/cli/program.ts'
import { failing, run } from './support.ts'

const names = [
  'start',
  'desk',
  'demo',
  'inspect',
  'devices',
  'accounts',
  'accounts add',
  'markets',
  'prepare',
  'show',
  'sign',
  'submit',
  'reconcile',
  'withdraw',
  'history',
  'history verify',
  'history export',
  'practice-ledger',
  'practice-venue',
]

/** The help of a command, as its process prints it. */
function helpOf(name: string): string {
  let printed = ''
  const program = createProgram('out')
  // Where the process of a command writes to no terminal, lines are this long.
  const options = { writeOut: (text: string) => (printed += text), getOutHelpWidth: () => 80 }
  commandOf(program, name.split(' ')).configureOutput(options).outputHelp()
  return printed
}

describe('help', () => {
  it('names every command, every exit code, and the way through the main job', async () => {
    const { exit, stdout, stderr } = await run(['--help'])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    for (const name of names.filter((name) => !name.includes(' ')))
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 64, 130])
      expect(stdout).toMatch(new RegExp(`(^|  ) *${code}  \\S`, 'm'))
    for (const step of ['accounts add', 'prepare', 'sign', 'submit', 'reconcile'])
      expect(stdout).toContain(`  countersign ${step} `)
    expect(stdout).toContain('COMPASS_API_KEY')
  })

  it.each([
    ['prepare', ['help', 'prepare']],
    ['prepare', ['prepare', '--help']],
    ['accounts add', ['accounts', 'add', '-h']],
  ])('of %s is printed by %s', async (name, args) => {
    expect(await run(args)).toEqual({ exit: 0, stdout: helpOf(name), stderr: '' })
  })

  it.each(names)('%s: says what it does, with an example, and what each option is', (name) => {
    const stdout = helpOf(name)
    expect(stdout).toMatch(new RegExp(`^Usage: countersign ${name}\\b`))
    expect(stdout).toMatch(/^Examples?:\n {2}countersign /m)
    for (const [, described = ''] of stdout.matchAll(/^ {2}(-.*)$/gm))
      expect(described).toMatch(/\S {2,}\S|>$/)
  })

  it('nothing typed: the help, and exit code 64', async () => {
    const { exit, stdout, stderr } = await run([])
    expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' })
    expect(stderr).toContain('Usage: countersign')
  })
})

describe('typed wrong: exit code 64', () => {
  const wrong: readonly (readonly [what: string, args: readonly string[], says: string, help: string])[] = [
    ['an unknown command', ['sing'], "unknown command 'sing'", 'countersign --help'],
    ['an unknown option', ['sign', 'x', '--yes'], "unknown option '--yes'", 'countersign sign --help'],
    [
      'an option that is missing',
      ['prepare'],
      "required option '--account <name>'",
      'countersign prepare --help',
    ],
    [
      'an argument that is missing',
      ['submit'],
      "missing required argument 'request'",
      'countersign submit --help',
    ],
    [
      'an argument too many',
      ['history', 'verify', 'a', 'b'],
      'too many arguments',
      'countersign history verify --help',
    ],
    [
      'leverage that is no number',
      ['prepare', '--account', 'a', '--market', 'BTC', '--leverage', '2.5x', '--cross'],
      'It must be a number above 0, such as 5 or 12.5.',
      'countersign prepare --help',
    ],
    [
      'both margin modes',
      ['prepare', '--account', 'a', '--market', 'BTC', '--leverage', '2', '--cross', '--isolated'],
      'cannot be used with',
      'countersign prepare --help',
    ],
    [
      'an expiry and none',
      [
        'prepare',
        '--account',
        'a',
        '--market',
        'B',
        '--leverage',
        '2',
        '--cross',
        '--no-expiry',
        '--expires-in',
        '9',
      ],
      'cannot be used with',
      'countersign prepare --help',
    ],
    [
      'a network that is none',
      ['inspect', '--network', 'main'],
      'Allowed choices are mainnet',
      'countersign inspect --help',
    ],
    [
      'a head that is none',
      ['history', 'verify', 'f', '--head', '0x12'],
      'It must be 0x and 64 hex digits.',
      'countersign history verify --help',
    ],
  ]
  it.each(wrong)('%s', async (_, args, says, help) => {
    const { exit, stdout, stderr } = await run(args)
    expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' })
    expect(stderr).toContain(says)
    expect(stderr).toContain(`Run "${help}"`)
    const { exit: again, error } = await failing(args)
    expect(again).toBe(64)
    expect(error).toMatchObject({ code: 'input.usage', outcome: 'not-sent' })
    expect(error.message).toContain(says)
    expect(error.next).toContain(`"${help}"`)
  })
})
