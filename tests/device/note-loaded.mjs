/** Notes every package of node_modules that a process loads; loaded before it with --import. */
import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const names = new Set()
registerHooks({
  load(url, context, next) {
    const name = [...url.matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)?.[1]
    if (name) names.add(name)
    return next(url, context)
  },
})
process.on('exit', () => writeFileSync(process.env.LOADED, JSON.stringify([...names])))
