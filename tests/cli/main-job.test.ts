import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { practiceMnemonic } from '../../electron/device/practice/keys.ts'
import { altered } from '../support/altered.ts'
import { practiceAddress } from '../support/desk.ts'
import { btcTo10, must, practice, run, signedRequest, secretKey, tempDir, type Told } from './support.ts'

interface Setting {
  readonly settings: readonly { readonly current: { readonly leverage: string; readonly isCross: boolean } }[]
}

interface Verified {
  readonly count: number
  readonly head: string
}

describe('the main job, one command after the other', () => {
  it('with --json: every step prints one object, and the venue remembers between commands', async () => {
    const dir = tempDir()
    const options = practice(dir)
    expect(await must(['accounts', ...options])).toEqual({ accounts: [] })
    expect(await must(['accounts', 'add', 'treasury', ...options])).toMatchObject({
      account: { name: 'treasury', venue: 'hyperliquid', signer: practiceAddress, path: "44'/60'/0'/0/0" },
    })
    expect(await must(['accounts', ...options])).toMatchObject({ accounts: [{ name: 'treasury' }] })
    expect(await must(['devices', ...options])).toMatchObject({
      devices: [{ model: 'nanoSP', app: { name: 'Ethereum', version: '1.22.0' } }],
    })
    const { markets } = await must<{ markets: readonly { symbol: string }[] }>([
      'markets',
      '--account',
      'treasury',
      ...options,
    ])
    expect(markets.map(({ symbol }) => symbol)).toContain('BTC')
    const readSetting = () => must<Setting>(['markets', '--account', 'treasury', 'BTC', ...options])
    expect((await readSetting()).settings[0]?.current).toMatchObject({ leverage: '5', isCross: true })

    const first = await must<Told & { preview: { digests: { digest: string } } }>([
      'prepare',
      '--account',
      'treasury',
      ...btcTo10,
      ...options,
    ])
    const { id, digest } = first.request
    expect(first).toMatchObject({ request: { state: 'prepared' }, preview: { digests: { digest } } })
    expect(await must(['show', id, ...options])).toMatchObject({
      request: { id, digest },
      preview: first.preview,
    })
    expect(await must(['sign', id, ...options])).toMatchObject({
      request: { state: 'signed', digest, signature: expect.stringMatching(/^0x[0-9a-f]{130}$/) },
    })
    expect(await must(['submit', id, ...options])).toMatchObject({
      request: { id, state: 'applied', digest },
    })
    expect((await readSetting()).settings[0]?.current).toMatchObject({ leverage: '10', isCross: true })
    expect(await must(['prepare', '--account', 'treasury', ...btcTo10, ...options])).toMatchObject({
      alreadySet: { market: 'BTC', leverage: '10', isCross: true },
    })

    const { rows } = await must<{ rows: readonly { kind: string }[] }>([
      'history',
      '--request',
      id,
      ...options,
    ])
    expect(rows.map(({ kind }) => kind).toReversed()).toEqual([
      'request.prepared',
      'request.approved',
      'request.signed',
      'request.sending',
      'submission.answered',
      'request.applied',
    ])
    const database = join(dir, 'countersign.db')
    const verified = await must<Verified>(['history', 'verify', database])
    expect(verified.count).toBe(9)
    const exported = join(dir, 'history.jsonl')
    writeFileSync(exported, (await run(['history', 'export', ...options])).stdout)
    const { count, head } = verified
    expect(await must(['history', 'verify', exported, '--head', head])).toMatchObject({ count, head })
    writeFileSync(exported, altered(readFileSync(exported, 'utf8'), digest, `0x${'00'.repeat(32)}`))
    const broken = await run(['history', 'verify', exported])
    expect(broken.exit).toBe(1)
    expect(broken.stderr).toMatch(/The history does not verify: row 3: .*\nKeep a copy of this file/)
  })

  it('for people: the next command it names can be typed as it stands, whatever the folder is called', async () => {
    const dir = join(tempDir(), "it's mine")
    const options = practice(dir)
    const added = await run(['accounts', 'add', 'treasury', ...options])
    expect(added.stderr).toContain('The Ledger gave the address 0xDad77910DbDFdE764fC21FCD4E74D71bBACA6D8D')
    expect(added.stdout).toContain('Added: treasury')
    let next = (await run(['prepare', '--account', 'treasury', ...btcTo10, ...options])).stdout
    const said: string[] = []
    for (let advised = adviceIn(next); advised !== undefined; advised = adviceIn(next)) {
      const { exit, stdout } = await run(['-c', advised], { file: '/bin/sh', env: pathToCommand })
      expect(exit, advised).toBe(0)
      next = stdout
      said.push(stdout)
    }
    expect(said).toHaveLength(2)
    expect(said[0]).toContain('It was not sent yet.')
    expect(said[1]).toContain('Applied: the venue was read again and shows the new value.')
  })

  it('gives a request up: it is never sent afterwards', async () => {
    const { options, id } = await signedRequest()
    expect(await must(['withdraw', id, ...options])).toMatchObject({ request: { state: 'withdrawn' } })
    const { exit, stderr } = await run(['submit', id, ...options])
    expect(exit).toBe(1)
    expect(stderr).toContain(`The request ${id} is withdrawn; it cannot be sent now.`)
  })

  it('through Compass, and no secret is in any output, export or file', async () => {
    const dir = tempDir()
    const options = practice(dir)
    const outputs: string[] = []
    const keep = async (args: readonly string[]): Promise<string> => {
      const { exit, stdout, stderr } = await run([...args, ...options])
      expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' })
      outputs.push(stdout, stderr)
      return stdout
    }
    await keep(['accounts', 'add', 'stocks', '--venue', 'compass'])
    const shown = await keep([
      'prepare',
      '--account',
      'stocks',
      '--market',
      'AAPL',
      '--leverage',
      '3',
      '--cross',
    ])
    const id = /Request (\w{26}) is prepared/.exec(shown)?.[1] ?? ''
    for (const step of ['show', 'sign', 'submit']) await keep([step, id])
    await keep(['history'])
    await keep(['history', 'export'])
    const files = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'latin1'))
    expect(files.length).toBeGreaterThanOrEqual(2)
    const words = practiceMnemonic.split(' ')
    const phrases = words.slice(1).map((word, index) => `${words[index]} ${word}`)
    const everything = [...outputs, ...files].join('\n').toLowerCase()
    expect(everything).toContain(practiceAddress)
    expect([secretKey, ...phrases].filter((secret) => everything.includes(secret.toLowerCase()))).toEqual([])
  })
})

const pathToCommand = { PATH: `${join(import.meta.dirname, '../../bin')}:${String(process.env['PATH'])}` }

/** The command that a text says is next. */
const adviceIn = (text: string): string | undefined => /Next: "(countersign .*)"/.exec(text)?.[1]
