/**
 * Prints what verifying a history costs: `npx node --expose-gc tests/bench/log.bench.ts [ROWS] [SIGNATURES]`. Rates of
 * this run, and ratios against the same work done with @noble/hashes, @noble/curves and viem in the same run; nothing is
 * asserted, because absolute figures say more about the machine than about the code.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { recoverAddress as viemRecover, sha256 as viemSha256 } from 'viem'
import { nativeHasher, nativeSha256 } from '../../electron/store/hashing.ts'
import { hasNativeSignatures, nativeRecoverAddress } from '../../electron/store/native-signatures.ts'
import { fromHex, toHex, type Hex } from '../../shared/hex.ts'
import {
  nextRow,
  openedKind,
  portableSha256,
  type HistoryRow,
  type Sha256,
} from '../../shared/history/chain.ts'
import { portableHasher, treeHasher, type TreeHasher } from '../../shared/history/merkle.ts'
import { verifyLog } from '../../shared/history/verify-log.ts'
import { recoverAddress, signatureToHex, type Signature } from '../../shared/signature.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const signatures = Number(process.argv[3] ?? 2000)
/** The slower ways are measured on a part of the rows. */
const part = Math.max(1, Math.round(rows / 20))

const filler = JSON.stringify({ filler: 'x'.repeat(300), n: 1 })

/** Makes the rows while they are read, so that no row but the newest is in memory. */
function* history(count: number): Generator<HistoryRow, void> {
  const body = `{"chainId":"0x${'ab'.repeat(32)}","format":"countersign-history-1","mode":"practice"}`
  const at = '2026-11-20T10:00:00.000Z'
  let row = nextRow(null, { at, kind: openedKind, requestId: null, body }, nativeSha256)
  for (let n = 1; n < count; n++) {
    yield row
    row = nextRow(row, { at, kind: 'test.noted', requestId: null, body: filler }, nativeSha256)
  }
  yield row
}

const mib = (): number => {
  globalThis.gc?.()
  return Math.round(process.memoryUsage().rss / 1024 / 1024)
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
  const before = mib()
  const ours = rowRate(rows, nativeSha256, nativeHasher)
  print(`${rows} rows, chain and tree, SHA-256 of Node`, ours, 'rows/s', ours)
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  process.stdout.write(`memory before ${before} MiB, at most ${peak} MiB, after ${mib()} MiB\n`)
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

benchRows()
await benchSignatures()
