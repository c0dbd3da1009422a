/**
 * Prints what verifying a history costs: `npx node --expose-gc tests/bench/log.bench.ts [ROWS] [SIGNATURES] [REQUESTS]`.
 * What it keeps, rates of this run, and ratios against the same work done with @noble/hashes, @noble/curves and viem in the same run; nothing is
 * asserted, because absolute figures say more about the machine than about the code.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { recoverAddress as viemRecover, sha256 as viemSha256 } from 'viem'
import { nativeHasher, nativeSha256 } from '../../electron/store/hashing.ts'
import { hasNativeSignatures, nativeRecoverAddress } from '../../electron/store/native-signatures.ts'
import { fromHex, toHex, type Hex } from '../../shared/hex.ts'
import { portableSha256, type HistoryRow, type Sha256 } from '../../shared/history/chain.ts'
import { portableHasher, treeHasher, type TreeHasher } from '../../shared/history/merkle.ts'
import { verifyLog } from '../../shared/history/verify-log.ts'
import { recoverAddress, signatureToHex, type Signature } from '../../shared/signature.ts'
import { history, historyOfRequests, rowsOfLife } from './log-rows.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const signatures = Number(process.argv[3] ?? 2000)
const requests = Number(process.argv[4] ?? 20_000)
/** The slower ways are measured on a part of the rows. */
const part = Math.max(1, Math.round(rows / 20))

/** Every so many rows it is looked at how much memory the process has. */
const lookEvery = 1000

const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1)

/** What is alive after a collection, in bytes. */
const alive = (): number => {
  if (globalThis.gc === undefined) throw new Error('start this with --expose-gc')
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What verifying keeps of rows: alive before and at four places on the way, in bytes, and the most that was resident. */
function memoryOf(rows: Iterable<HistoryRow>, count: number) {
  const before = alive()
  const kept: number[] = []
  let resident = 0
  function* watched() {
    for (const row of rows) {
      yield row
      if (row.seq % lookEvery === 0) resident = Math.max(resident, process.memoryUsage.rss())
      if (row.seq % Math.floor(count / 4) === 0) kept.push(alive() - before)
    }
  }
  const proof = verifyLog(watched(), [], { sha256: nativeSha256, hasher: nativeHasher })
  if (!proof.ok) throw new Error(proof.detail)
  return { kept, resident }
}

function printMemory(what: string, rows: Iterable<HistoryRow>, count: number): void {
  const { kept, resident } = memoryOf(rows, count)
  const quarters = kept.map(mib).join(', ')
  process.stdout.write(
    `${what}: kept after each quarter ${quarters} MiB; resident at most ${mib(resident)} MiB\n`,
  )
}

function benchMemory(): void {
  printMemory(`${rows} rows, chain and tree`, history(rows), rows)
  printMemory(`${requests} requests that are over`, historyOfRequests(requests), requests * rowsOfLife)
}

const secondsOf = (work: () => void): number => {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

const makingSeconds = (count: number): number =>
  secondsOf(() => {
    for (const row of history(count)) if (row.seq < 0) throw new Error('a row has a number')
  })

/** Rows verified a second, chain and tree; the time to make the rows is taken off. */
function rowRate(count: number, sha256: Sha256, hasher: TreeHasher): number {
  const making = makingSeconds(count)
  const whole = secondsOf(() => {
    const proof = verifyLog(history(count), [], { sha256, hasher })
    if (!proof.ok || proof.count !== count) throw new Error('the history of the benchmark verifies')
  })
  return count / Math.max(whole - making, 1e-9)
}

const print = (what: string, rate: number, unit: string, ours: number): void => {
  const ratio = rate === ours ? '' : `  ${(ours / rate).toFixed(1)} x slower than ours`
  process.stdout.write(`${what.padEnd(52)} ${String(Math.round(rate)).padStart(9)} ${unit}${ratio}\n`)
}

const viemText: Sha256 = (text) => viemSha256(new TextEncoder().encode(text)).slice(2)
const viemTree = treeHasher((bytes) => viemSha256(bytes, 'bytes'))

function benchRows(): void {
  const ours = rowRate(rows, nativeSha256, nativeHasher)
  print(`${rows} rows, chain and tree, SHA-256 of Node`, ours, 'rows/s', ours)
  print('the same with viem', rowRate(part, viemText, viemTree), 'rows/s', ours)
  print('the same with @noble/hashes', rowRate(part, portableSha256, portableHasher), 'rows/s', ours)
}

interface Signed {
  readonly digest: Hex
  readonly signature: Signature
}

function sign(n: number): Signed {
  const secret = new Uint8Array(32).fill(1 + (n % 200))
  const digest = nativeSha256(String(n))
  const made = secp256k1.sign(fromHex(`0x${digest}`), secret, { prehash: false, format: 'recovered' })
  const signature: Signature = {
    r: toHex(made.slice(1, 33)),
    s: toHex(made.slice(33)),
    v: made[0] === 0 ? 27 : 28,
  }
  return { digest: `0x${digest}`, signature }
}

async function signatureRate(recover: (signed: Signed) => unknown, of: readonly Signed[]): Promise<number> {
  const start = performance.now()
  for (const each of of) await recover(each)
  return (of.length / (performance.now() - start)) * 1000
}

const native = ({ digest, signature }: Signed) => nativeRecoverAddress(digest, signature)

const viem = ({ digest, signature }: Signed) =>
  viemRecover({ hash: digest, signature: signatureToHex(signature) })

const noble = ({ digest, signature }: Signed) => recoverAddress(digest, signature)

async function benchSignatures(): Promise<void> {
  const all = Array.from({ length: signatures }, (_, n) => sign(n))
  const few = all.slice(0, Math.max(1, Math.round(signatures / 4)))
  await signatureRate(native, few)
  const ours = await signatureRate(native, all)
  const how = hasNativeSignatures() ? 'native secp256k1' : 'no native secp256k1 here'
  print(`signers of ${signatures} signatures, ${how}`, ours, 'signatures/s', ours)
  print('the same with viem', await signatureRate(viem, few), 'signatures/s', ours)
  print('the same with @noble/curves', await signatureRate(noble, few), 'signatures/s', ours)
}

benchMemory()
benchRows()
await benchSignatures()
