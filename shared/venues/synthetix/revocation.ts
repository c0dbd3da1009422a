/** How a signed change that was not sent can be made useless. */

/**
 * A request of the same signer with a higher nonce, sent first, makes every lower nonce useless: "Each nonce must be
 * greater than the previous one" (Synthetix docs, updateLeverage, "Nonce Management"). That the venue refuses the lower
 * one is inferred from that rule. The line of nonces is one per signer, over all its subaccounts.
 */
export const revocation = {
  by: 'higherNonce',
  scope: 'signer',
  certainty: 'inferred',
  sentence: 'Any later change by the same signer that the venue takes makes a signed, unsent one useless.',
} as const
