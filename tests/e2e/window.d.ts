import type { ShellBridge } from '../../shared/shell.ts'

declare global {
  interface Window {
    /** In Electron only. */
    readonly countersign?: ShellBridge
  }
}
