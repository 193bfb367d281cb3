import type { Named } from '../../backend/types';

let chosen: Named[] = [];

/** Hands members chosen elsewhere to the message that is begun next: an address has no room for many. */
export const hand = (members: Named[]): void => void (chosen = members);

/** Takes them, once. */
export function handed(): Named[] {
  const taken = chosen;
  chosen = [];
  return taken;
}
