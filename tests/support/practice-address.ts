import type { Hex } from '../../shared/hex.ts'

/** First address of the practice Ledger, `44'/60'/0'/0/0`. */
export const practiceAddress: Hex = '0xdad77910dbdfde764fc21fcd4e74d71bbaca6d8d'
