/** The testing library, which waits for what a screen is to show as long as for what is polled for: busy is not late. */
import { configure } from '@testing-library/svelte'

export * from '@testing-library/svelte'

configure({ asyncUtilTimeout: 15_000 })
