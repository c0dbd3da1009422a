/** Addresses as people compare them: with the checksum the device shows, in full or by their ends. */
import { getAddress } from 'viem/utils'
import { isHex } from '../../shared/hex.ts'

/** The address with its EIP-55 checksum, as a Ledger shows it; anything else unchanged. */
export const checksummed = (address: string): string => (isHex(address, 20) ? getAddress(address) : address)

/** `0x1479…9325`: first six and last four characters. */
export const shortAddress = (address: string): string => {
  const whole = checksummed(address)
  return `${whole.slice(0, 6)}…${whole.slice(-4)}`
}
