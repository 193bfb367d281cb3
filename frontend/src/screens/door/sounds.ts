/** Soft signals for the four tones of a door, made on the spot: no sound files to load or to license. */

/** What the door can sound like. */
export type Tone = 'in' | 'out' | 'look' | 'unknown';

interface Note {
  hertz: number;
  at: number; // seconds from now
}

const melodies: Record<Tone, Note[]> = {
  in: [
    { hertz: 587, at: 0 },
    { hertz: 880, at: 0.09 },
  ],
  out: [
    { hertz: 880, at: 0 },
    { hertz: 587, at: 0.09 },
  ],
  look: [
    { hertz: 494, at: 0 },
    { hertz: 494, at: 0.16 },
  ],
  unknown: [{ hertz: 196, at: 0 }],
};

const length = 0.16; // seconds
const loudness = 0.12; // of full volume

let context: AudioContext | undefined;

/** Plays a tone; silent where the machine has no sound, as a door must never stop for it. */
export function play(tone: Tone): void {
  try {
    context ??= new AudioContext();
    void context.resume();
    for (const note of melodies[tone]) sound(context, note);
  } catch {
    context = undefined;
  }
}

function sound(audio: AudioContext, note: Note): void {
  const voice = audio.createOscillator();
  const volume = audio.createGain();
  const start = audio.currentTime + note.at;
  voice.frequency.value = note.hertz;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + 0.012);
  volume.gain.exponentialRampToValueAtTime(0.001, start + length);
  voice.connect(volume).connect(audio.destination);
  voice.start(start);
  voice.stop(start + length);
}
