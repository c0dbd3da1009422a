import { describe, expect, it } from 'vitest'
import { failing, must, practiceDesk, run } from './support.ts'

describe('countersign keys', () => {
  it('takes no secret on the command line, and shows none', async () => {
    const options = await practiceDesk()
    const secret = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
    for (const args of [
      ['keys', 'add', 'treasury', secret],
      ['keys', 'add', 'treasury', '--secret', secret],
      ['keys', 'add', 'treasury', '--passphrase', 'correct horse battery staple'],
      ['keys', 'add', 'treasury', '--generate', '--secret-file', 'key.txt'],
    ])
      expect(await run([...args, ...options]), args.join(' ')).toMatchObject({ exit: 64 })
    expect(await must(['keys', 'list', ...options])).toEqual({ keys: [] })
  })

  it('is not for an account that its Ledger signs for', async () => {
    const options = await practiceDesk()
    expect(await failing(['keys', 'add', 'treasury', '--generate', ...options])).toMatchObject({
      exit: 1,
      error: { code: 'secret.notNeeded', outcome: 'not-sent' },
    })
    expect(await failing(['keys', 'test', 'nobody', ...options])).toMatchObject({
      exit: 1,
      error: { code: 'request.unknownAccount' },
    })
  })
})
