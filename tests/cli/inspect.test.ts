import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Inspection } from '../../shared/inspect/inspect.ts'
import { agentTypedData } from '../../shared/venues/hyperliquid/digest.ts'
import { compass, leverage } from '../support/vectors.ts'
import { command, failing, jsonOf, run, start, tempDir } from './support.ts'

const onMainnet = leverage.vectors.find(({ isMainnet }) => isMainnet)
const onTestnet = leverage.vectors.find(({ isMainnet }) => !isMainnet)
const prepared = compass.accept[0]
if (!onMainnet || !onTestnet || !prepared) throw new Error('no vectors')

const bodyOf = ({ action, nonce, vaultAddress, expiresAfter, expected }: typeof onMainnet) => ({
  action,
  nonce,
  signature: expected.signature,
  vaultAddress,
  expiresAfter,
})
const body = bodyOf(onMainnet)
const { connectionId, eip712Digest: digest } = onMainnet.expected
const signer = onMainnet.address.toLowerCase()
const typedData = agentTypedData(connectionId, 'mainnet')

const inspect = (payload: unknown, ...options: readonly string[]) =>
  run(['inspect', ...options], { input: typeof payload === 'string' ? payload : JSON.stringify(payload) })

describe('countersign inspect --json', () => {
  const cases: readonly (readonly [
    what: string,
    payload: unknown,
    exit: number,
    found: Partial<Inspection>,
  ])[] = [
    [
      'an /exchange body',
      body,
      0,
      { kind: 'exchangeBody', verdict: 'computed', signer } as Partial<Inspection>,
    ],
    [
      'an /exchange body with the signer that is expected',
      { request: { signer }, payload: body },
      0,
      { kind: 'exchangeBody', verdict: 'verified' },
    ],
    [
      'an /exchange body with another leverage than was asked for',
      { venue: 'hyperliquid', request: { signer, leverage: 99 }, payload: body },
      1,
      { kind: 'exchangeBody', verdict: 'mismatch' },
    ],
    [
      "Compass' set_leverage answer",
      prepared.response,
      0,
      { venue: 'compass', kind: 'setLeverageAnswer', verdict: 'verified' },
    ],
    [
      "Compass' set_leverage answer, wrapped",
      {
        venue: 'compass',
        network: 'mainnet',
        request: { leverage: prepared.response.action.leverage },
        payload: prepared.response,
      },
      0,
      { kind: 'setLeverageAnswer', verdict: 'verified' },
    ],
    [
      "Compass' answer that nothing is to be changed, with nothing else in it",
      { leverage_ok: true },
      0,
      { kind: 'alreadySet', verdict: 'verified' },
    ],
    [
      "Compass' answer that nothing is to be changed",
      compass.noOp.response,
      0,
      { kind: 'alreadySet', verdict: 'verified' },
    ],
    [
      "the body for Compass' execute",
      prepared.executeRequest,
      0,
      { kind: 'executeBody', verdict: 'computed' },
    ],
    ['EIP-712 typed data', typedData, 0, { kind: 'typedData', verdict: 'incomplete' }],
    [
      'EIP-712 typed data, wrapped',
      { request: { signer }, payload: typedData },
      0,
      { verdict: 'incomplete' },
    ],
    ['something else', { action: { type: 'order' }, nonce: 1 }, 1, { verdict: 'refused' }],
    ['nothing', '', 1, { verdict: 'refused' }],
  ]
  it.each(cases)('%s', async (_, payload, exit, found) => {
    const ended = await inspect(payload, '--json')
    expect(ended.exit).toBe(exit)
    expect(jsonOf<Inspection>(ended)).toMatchObject(found)
  })

  it('prints every field of the result, digests in lower case with 0x', async () => {
    const { digests, intent, ...rest } = jsonOf<Inspection>(await inspect(body, '--json'))
    expect(digests).toMatchObject({ connectionId, digest })
    expect(intent).toMatchObject({ leverage: String(body.action.leverage), nonce: String(body.nonce) })
    expect(Object.keys(rest)).toEqual(
      expect.arrayContaining([
        'venue',
        'network',
        'kind',
        'verdict',
        'problems',
        'notes',
        'signer',
        'signingText',
        'signatureValid',
      ]),
    )
  })

  it('--network says which network is meant', async () => {
    const wrapped = { request: { signer: onTestnet.address }, payload: bodyOf(onTestnet) }
    expect(jsonOf(await inspect(wrapped, '--json', '--network', 'testnet'))).toMatchObject({
      network: 'testnet',
      verdict: 'verified',
    })
    const wrong = await inspect(wrapped, '--json', '--network', 'mainnet')
    expect(wrong.exit).toBe(1)
    expect(jsonOf(wrong)).toMatchObject({ verdict: 'mismatch' })
    expect(jsonOf(await inspect(prepared.response, '--json', '--network', 'testnet'))).toMatchObject({
      verdict: 'mismatch',
      problems: [{ code: 'payload.networkDiffers' }],
    })
  })

  it('refuses bytes that are not UTF-8, and takes a byte order mark', async () => {
    const text = Buffer.from(JSON.stringify(body))
    const bad = await run(['inspect', '--json'], { input: Buffer.concat([text, Buffer.of(0xff)]) })
    expect(jsonOf(bad)).toMatchObject({ verdict: 'refused', problems: [{ code: 'input.notJson' }] })
    const marked = await run(['inspect', '--json'], {
      input: Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), text]),
    })
    expect(jsonOf(marked)).toMatchObject({ verdict: 'computed' })
  })
})

describe('countersign inspect for people', () => {
  it('reads a file and says what it does', async () => {
    const file = join(tempDir(), 'payload.json')
    writeFileSync(file, JSON.stringify({ request: { signer }, payload: body }))
    const { exit, stdout, stderr } = await run(['inspect', file])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toMatch(/^Verified: every hash and signer that came along is right\.\n/)
    expect(stdout).toContain(`sets      market number ${body.action.asset} to ${body.action.leverage}x`)
    expect(stdout).toContain(`digest        ${digest}`)
    expect(stdout).toContain(`signed by ${signer}`)
  })

  it('says of a bare hash and of a mismatch not to sign it', async () => {
    expect((await inspect(typedData)).stdout).toMatch(/^Incomplete: .* Do not sign it/)
    const { exit, stdout } = await inspect({ request: { isCross: !body.action.isCross }, payload: body }, '-')
    expect(exit).toBe(1)
    expect(stdout).toMatch(
      /^MISMATCH: do not sign or send this\.\n {2}problem {3}The field "action\.isCross"/,
    )
  })

  it.each([
    ['a file that is not there', 'nosuch.json', 'input.unreadable', 'nosuch.json: it is not there (ENOENT)'],
    ['a folder', '.', 'input.unreadable', '.: it is a folder (EISDIR)'],
  ])('%s', async (_, file, code, detail) => {
    for (const format of [[], ['--ndjson']]) {
      const { exit, error } = await failing(['inspect', file, ...format])
      expect(exit).toBe(1)
      expect(error).toMatchObject({ code, message: expect.stringContaining(detail) })
    }
  })

  it('a file that is far too large is refused without reading all of it', async () => {
    const file = join(tempDir(), 'large.json')
    writeFileSync(file, Buffer.alloc(20_000_000, 0x20))
    expect(await failing(['inspect', file])).toMatchObject({ exit: 1, error: { code: 'input.tooLarge' } })
  })
})

describe('countersign inspect --ndjson', () => {
  it('gives one result a line, in order, whatever the lines are', async () => {
    const good = JSON.stringify({ request: { signer }, payload: body })
    const huge = `"${'x'.repeat(1_100_000)}"`
    const odd: readonly (readonly [line: Buffer, verdict: string, code?: string])[] = [
      [Buffer.from(good), 'verified'],
      [Buffer.from(''), 'refused', 'input.notJson'],
      [Buffer.from('{not json'), 'refused', 'input.notJson'],
      [Buffer.from(`${good}\r`), 'verified'],
      [Buffer.of(0x22, 0xff, 0xfe, 0x22), 'refused', 'input.notJson'],
      [Buffer.from(huge), 'refused', 'input.tooLarge'],
      [Buffer.from(JSON.stringify(typedData)), 'incomplete'],
      [Buffer.from('['.repeat(100_000)), 'refused'],
      [Buffer.from('null'), 'refused'],
      [Buffer.from('{"a":1,"a":2}'), 'refused', 'input.duplicateKey'],
    ]
    const lines = Array.from({ length: 3000 }, (_, index) => odd[index % odd.length] ?? odd[0]).filter(
      (line, index) => line !== undefined && (line[0].length < 100_000 || index < 20),
    ) as typeof odd
    const input = Buffer.concat(
      lines.flatMap(([line], index) => (index === 0 ? [line] : [Buffer.from('\n'), line])),
    )
    const { exit, stdout, stderr } = await run(['inspect', '--ndjson'], { input })
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' })
    const results = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Inspection)
    expect(results).toHaveLength(lines.length)
    expect(results.map(({ verdict }) => verdict)).toEqual(lines.map(([, verdict]) => verdict))
    for (const [index, [, , code]] of lines.entries())
      if (code !== undefined) expect(results[index]?.problems[0]?.code).toBe(code)
  })

  it('answers a line before the next one comes, and ends well where all is sound', async () => {
    const running = start(['inspect', '--ndjson'], { keepOpen: true })
    running.process.stdin?.write(`${JSON.stringify(body)}\n`)
    await running.printed('"verdict":"computed"')
    running.process.stdin?.end(JSON.stringify({ leverage_ok: true }))
    const { exit, stdout } = await running.ended
    expect(exit).toBe(0)
    expect(stdout.split('\n')).toHaveLength(3)
  })

  it('prints nothing for nothing', async () => {
    expect(await run(['inspect', '--ndjson'], { input: '' })).toEqual({ exit: 0, stdout: '', stderr: '' })
  })

  it('ends quietly when nobody reads on, and does not call the rest sound', async () => {
    const lines = `${JSON.stringify(body)}\n`.repeat(20_000)
    const file = join(tempDir(), 'many.ndjson')
    writeFileSync(file, lines)
    const { exit, stdout, stderr } = await run(
      ['-c', `"$0" inspect --ndjson '${file}' | head -1; echo "\${PIPESTATUS[0]}"`, command],
      {
        file: '/bin/bash',
      },
    )
    expect({ exit, stderr, lines: stdout.split('\n').length }).toEqual({ exit: 0, stderr: '', lines: 3 })
    expect(stdout.endsWith('\n1\n')).toBe(true)
  })
})

describe('countersign inspect is offline', () => {
  /** Ends the process at the first socket, name look-up or write to the disk. */
  const guard = `
    import net from 'node:net'
    import dns from 'node:dns'
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const forbid = (owner, name) => { owner[name] = () => { process.stderr.write('FORBIDDEN ' + name); process.exit(99) } }
    forbid(net.Socket.prototype, 'connect')
    forbid(net.Server.prototype, 'listen')
    for (const name of ['lookup', 'resolve']) forbid(dns, name)
    for (const name of ['mkdirSync', 'mkdir', 'writeFileSync', 'writeFile', 'createWriteStream']) forbid(fs, name)
    syncBuiltinESMExports()`
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(guard)}`

  it('opens no socket, writes nothing and makes no folder', async () => {
    const home = tempDir()
    const ended = await run(['inspect', '--json'], {
      input: JSON.stringify({ request: { signer }, payload: body }),
      cwd: home,
      env: { NODE_OPTIONS, HOME: home, XDG_DATA_HOME: join(home, 'data') },
    })
    expect(jsonOf(ended)).toMatchObject({ verdict: 'verified' })
    expect(readdirSync(home)).toEqual([])
  })

  it.each([
    ['accounts', 'mkdirSync'],
    ['practice-ledger', 'listen'],
  ])('which the same guard finds in %s', async (name, forbidden) => {
    const ended = await run([name], { env: { NODE_OPTIONS } })
    expect(ended).toMatchObject({ exit: 99, stderr: `FORBIDDEN ${forbidden}` })
  })
})
