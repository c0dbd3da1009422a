import { spawnSync } from 'node:child_process'
import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadEth } from '../../electron/device/ledgerjs.ts'
import { agent } from '../support/agent.ts'
import { firstPath, ledgerOver, scriptedAddress, scriptedApp } from './support.ts'
import { attack } from '../support/proven.ts'

const calls: string[] = []

const caught = (what: string) => () => {
  calls.push(what)
  throw new Error(`an outbound call was made: ${what}`)
}

/** Patches every way out of this process; whoever takes one is noted and stopped. */
beforeEach(() => {
  calls.length = 0
  vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(caught('net'))
  vi.spyOn(http, 'request').mockImplementation(caught('http'))
  vi.spyOn(https, 'request').mockImplementation(caught('https'))
  vi.spyOn(dns, 'lookup').mockImplementation(caught('dns'))
  vi.stubGlobal('fetch', caught('fetch'))
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('signing makes no outbound call', () => {
  attack(
    'supply',
    'has the Ledger library look something up while it signs',
    'no socket is opened, no name is looked up',
    async () => {
      const ledger = ledgerOver(scriptedApp())
      const results = [
        await ledger.app(),
        await ledger.address(firstPath),
        await ledger.address(firstPath, { display: true }),
        await ledger.signTypedData(firstPath, agent, scriptedAddress),
      ]
      await ledgerOver(scriptedApp()).signPersonalMessage(firstPath, Buffer.from('x'), scriptedAddress)
      await ledger.close()
      expect(results.every((result) => result.ok)).toBe(true)
      expect(calls).toEqual([])
    },
  )

  it('and the trap works: the same library with its own defaults is caught calling out', async () => {
    const Eth = loadEth() as unknown as new (transport: unknown) => InstanceType<ReturnType<typeof loadEth>>
    const { transport } = scriptedApp()
    await new Eth(transport).signEIP712Message(firstPath, agent)
    expect(calls.length).toBeGreaterThan(0)
  })

  it.each([
    ['net', () => net.connect(9, '127.0.0.1')],
    ['http', () => http.get('http://127.0.0.1:9')],
    ['fetch', () => fetch('http://127.0.0.1:9')],
    ['dns', () => dns.lookup('localhost', () => {})],
  ])('and the trap catches %s', (_, call) => {
    expect(call).toThrow(/outbound call/)
  })
})

describe('the libraries are loaded when they are first needed', () => {
  it('the whole device layer loads without touching node-hid, usb or hw-app-eth', () => {
    const sources = new URL('../../electron/device/hid.ts', import.meta.url).href
    const program = `
      import Module from 'node:module'
      const loaded = []
      const load = Module._load
      Module._load = (name, ...rest) => { loaded.push(name); return load(name, ...rest) }
      await import(${JSON.stringify(sources)})
      console.log(JSON.stringify(loaded.filter((name) => /ledgerhq|node-hid|usb/.test(name))))
    `
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual([])
  })
})
