/** The commands `agents list` and `agents approve`. */
import { Option, type Command } from 'commander'
import { withDeskOptions, type DeskOptions } from '../options.ts'
import { wholeNumber, withExamples } from './arguments.ts'

interface ApproveOptions extends DeskOptions {
  readonly agent: string
  readonly name: string
  readonly expiresInDays?: number
  readonly expiry: boolean
  readonly replace?: boolean
}

/** How long an agent is good for unless told. */
const defaultDays = 90
const dayMs = 24 * 60 * 60_000

const aboutList = `List the agents that may trade for an account at Hyperliquid, and until when.

The venue is read, and an approval whose outcome is not known is settled by it. Nothing is changed there. Agents without a name are not told by the venue.`

const aboutApprove = `Let an agent trade for the account: a key that a program holds, and that can change leverage and trade, but not withdraw.

The Ledger shows network, address, name and expiry in full. It is sent once, then the venue is read to prove it. The key is made elsewhere and never comes here. Use a new key each time: a key that was an agent before must not be one again.`

/** Adds `agents`. */
export function addAgents(program: Command): void {
  const agents = program
    .command('agents')
    .summary('list the agents of an account, or approve one (Hyperliquid)')
    .description('Agents are keys that may trade for an account until they expire.')
  const list = agents
    .command('list')
    .summary('list the agents of an account, and settle what is open')
    .description(aboutList)
    .argument('<account>', 'name of the account')
  withDeskOptions(list).action(async (account: string, options: DeskOptions) => {
    const { runListAgents } = await import('../commands/agents.ts')
    await runListAgents(options, account)
  })
  const approve = agents
    .command('approve')
    .summary('have the Ledger approve an agent, send that once, and prove it')
    .description(aboutApprove)
    .argument('<account>', 'name of the account; its own key is on the Ledger')
    .requiredOption('--agent <address>', "address of the agent's key")
    .requiredOption('--name <name>', 'up to 16 letters, digits, spaces, dots, dashes or underscores')
    .addOption(
      new Option('--expires-in-days <n>', `after how many days it ends; ${defaultDays} unless told`)
        .argParser(wholeNumber(1, 3650))
        .conflicts('expiry'),
    )
    .option('--no-expiry', 'let it stay until another one of its name replaces it')
    .option('--replace', 'end an agent that has the same name')
  withDeskOptions(approve).action(async (account: string, options: ApproveOptions) => {
    const { agent, name, expiresInDays = defaultDays, expiry, replace = false } = options
    const { runApproveAgent } = await import('../commands/agents.ts')
    const validUntil = expiry ? Date.now() + expiresInDays * dayMs : null
    await runApproveAgent(options, { account, agent, name, validUntil, replace })
  })
  withExamples(list, 'countersign agents list treasury')
  withExamples(
    approve,
    'countersign agents approve treasury --agent 0x1234... --name desk-1',
    'countersign agents approve treasury --agent 0x1234... --name desk-1 --expires-in-days 30 --replace',
  )
}
