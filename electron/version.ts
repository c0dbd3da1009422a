/** The version of this Countersign, said in one place: package.json. */
import packageJson from '../package.json' with { type: 'json' }

/** Such as `0.1.0`. */
export const version: string = packageJson.version
