/** The commands `start` and `desk`: the two ways to the screens. */
import type { Command } from 'commander'
import { wholeNumber, withExamples } from './arguments.ts'

interface DeskCommandOptions {
  readonly practice: boolean
  readonly data?: string
  readonly device?: string
  readonly port: number
  readonly open: boolean
}

/** Both ways to the screens take the same options, since the one stands in for the other. */
const withShellOptions = (command: Command): Command =>
  command
    .option('--practice', 'straight to practice', false)
    .option('--data <dir>', 'folder of the databases')
    .option('--device <device>', 'hid, hid:<path> or speculos:<http://127.0.0.1:port>')
    .option('--port <port>', 'port on 127.0.0.1, 0 for any', wholeNumber(0, 65_535), 0)
    .option('--no-open', 'only print the link, and open no browser')

/** Adds `start` and `desk`; `built` is the folder of the built program. */
export const addDesk =
  (built: string) =>
  (program: Command): void => {
    const start = program
      .command('start')
      .description('the desk in its window, or in a browser where there is no Electron')
    withShellOptions(start).action(async (options: DeskCommandOptions) => {
      const { runStart } = await import('../commands/start.ts')
      await runStart({ ...options, built })
    })
    withExamples(start, 'countersign start --practice')
    const desk = program.command('desk').description('the desk in a browser on this machine')
    withShellOptions(desk).action(async (options: DeskCommandOptions) => {
      const { runDesk } = await import('../commands/desk.ts')
      await runDesk({ ...options, built })
    })
    withExamples(desk, 'countersign desk --practice --no-open')
  }
