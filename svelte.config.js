/** Runes in every component: one way to hold state. */
export default { compilerOptions: { runes: true } }
