/**
 * Runs the device layer in the HID lab, a virtual machine with real hidraw devices, against practice Ledgers on this
 * machine. Skips with one clear line where the lab or what it needs is not there. Last line: "N passed, N failed".
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { PracticeLedger } from '../../electron/device/practice/practice-ledger.ts'
import { serveSpeculos } from '../../electron/device/practice/speculos-server.ts'
import { serveButtons } from './control.ts'
import { secondMnemonic } from './scene.ts'

const project = resolve(import.meta.dirname, '../..')
const lab = process.env['COUNTERSIGN_HID_LAB'] ?? resolve(project, '../shared/hid-lab')
const seconds = 300
/** The lab's exit status when it has no virtual machine to run. */
const cannotRun = 125

const say = (line: string) => process.stdout.write(`${line}\n`)

const there = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** What this machine lacks, by the names of its Debian packages. */
function missing(): string[] {
  const needed = { 'qemu-system-x86_64': 'qemu-system-x86', cpio: 'cpio', gcc: 'gcc libc6-dev' }
  return Object.entries(needed).flatMap(([program, debian]) => (there(program) ? [] : [debian]))
}

/** Why the lab cannot be used here; undefined if it can. */
function hindrance(): string | undefined {
  const script = join(lab, 'run.sh')
  if (process.platform !== 'linux') return 'the HID lab needs Linux'
  if (!existsSync(script))
    return `the HID lab is not here (${script}; COUNTERSIGN_HID_LAB names another place)`
  const packages = missing()
  return packages.length === 0 ? undefined : `missing: ${packages.join(' ')} (apt-get install them)`
}

async function runLab(): Promise<{ passed: number; failed: number }> {
  const settings = { rawMessages: true }
  const devices = [
    new PracticeLedger({ model: 'nanoSP', settings }),
    new PracticeLedger({ model: 'stax', settings, mnemonic: secondMnemonic }),
  ]
  const servers = await Promise.all(devices.map((device) => serveSpeculos(device)))
  const buttons = await serveButtons(devices)
  const out = mkdtempSync(join(tmpdir(), 'countersign-hid-'))
  const options = [
    '--no-permission',
    '--devices',
    '2',
    '--products',
    '5011,6011',
    '--timeout',
    String(seconds),
  ]
  const ports = ['--ports', servers.map(({ port }) => port).join(), '--forward', String(buttons.port)]
  const environment = [`COUNTERSIGN_HID_CONTROL=${buttons.port}`, 'NODE_COMPILE_CACHE=/tmp/compiled']
  const command = ['env', ...environment, 'node', 'tests/hid/guest.ts']
  const machine = spawn(join(lab, 'run.sh'), [...options, ...ports, '--out', out, '--', ...command], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.on('exit', () => machine.kill())
  const count = { passed: 0, failed: 0 }
  for await (const line of createInterface({ input: machine.stdout })) {
    say(line)
    if (line.startsWith('ok ')) count.passed += 1
    if (line.startsWith('FAIL ')) count.failed += 1
  }
  if (machine.exitCode === null && machine.signalCode === null) await once(machine, 'exit')
  const ended = machine.exitCode
  if (ended === cannotRun && count.passed + count.failed === 0) {
    say("test:hid skipped: the lab's virtual machine cannot be run here, for the reason above")
    process.exit(0)
  }
  if (ended !== 0 && count.failed === 0) {
    const log = join(out, 'vm.log')
    say(`FAIL the virtual machine ended with ${String(ended)}; the end of its log (${log}):`)
    if (existsSync(log)) say(readFileSync(log, 'utf8').split('\n').slice(-20).join('\n'))
    count.failed += 1
  } else rmSync(out, { recursive: true, force: true })
  await Promise.all(servers.map((server) => server.close()))
  buttons.server.close()
  return count
}

const why = hindrance()
if (why === undefined) {
  const { passed, failed } = await runLab()
  say(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}
say(`test:hid skipped: ${why}`)
