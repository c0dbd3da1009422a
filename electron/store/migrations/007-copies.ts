/** Schema 7: the rows that say that a history goes on in a copy are found at once. */

/** SQL from schema 6 to 7. */
export const copies = `
CREATE INDEX history_copies ON history (seq) WHERE kind GLOB 'desk.*';
`
