import { play, type Tone } from '../src/screens/door/sounds';
import type { Said } from './gate.svelte';

/** A soft sound and a short shake for each sign, where the phone has them. */
export function hum(tone: Said['tone']): void {
  const tones: Record<Said['tone'], Tone> = {
    in: 'in',
    kept: 'in',
    out: 'out',
    look: 'look',
    unknown: 'unknown',
    refused: 'unknown',
    lost: 'unknown',
  };
  play(tones[tone]);
  navigator.vibrate?.(tone === 'in' || tone === 'out' || tone === 'kept' ? 40 : [80, 60, 80]);
}
