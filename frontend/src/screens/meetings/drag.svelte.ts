/** Puts a meeting on another day under a mouse, a pen or a finger. */
import type { Day } from './month';

const far = 6; // pixels: less is a click
const rest = 350; // milliseconds that a finger rests before it carries; a swipe before that scrolls

interface Grip {
  id: string;
  from: Day;
  pointer: number;
  x: number;
  y: number;
  finger: boolean;
}

/** The parts of a pointer's event that matter here. */
export type Pointer = Pick<PointerEvent, 'pointerId' | 'pointerType' | 'clientX' | 'clientY' | 'button'>;

export class DayDrag {
  /** The meeting that is carried; empty while none is. */
  id = $state('');
  over = $state<Day>('');
  x = $state(0);
  y = $state(0);
  /** The click that ends a drag means nothing. */
  ended = false;
  #grip: Grip | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    /** The day at a point of the window; empty when there is none. */
    private readonly dayAt: (x: number, y: number) => Day,
    private readonly drop: (id: string, day: Day) => void,
  ) {}

  down(id: string, from: Day, { pointerId, pointerType, clientX, clientY, button }: Pointer): void {
    this.leave();
    this.ended = false;
    if (button !== 0) return;
    const finger = pointerType === 'touch';
    this.#grip = { id, from, pointer: pointerId, x: clientX, y: clientY, finger };
    if (finger) this.#timer = setTimeout(() => this.#begin(clientX, clientY), rest);
  }

  move({ pointerId, clientX, clientY }: Pointer): void {
    const grip = this.#grip;
    if (!grip || grip.pointer !== pointerId) return;
    if (this.id) return this.#to(clientX, clientY);
    if (Math.hypot(clientX - grip.x, clientY - grip.y) < far) return;
    if (grip.finger) this.leave();
    else this.#begin(clientX, clientY);
  }

  up({ pointerId }: Pointer): void {
    const grip = this.#grip;
    if (!grip || grip.pointer !== pointerId) return;
    const [carried, day] = [this.id, this.over];
    this.leave();
    this.ended = carried !== '';
    if (carried && day && day !== grip.from) this.drop(carried, day);
  }

  /** Everything stays where it was. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#grip = null;
    this.id = '';
    this.over = '';
  }

  #begin(x: number, y: number): void {
    if (!this.#grip) return;
    this.id = this.#grip.id;
    this.#to(x, y);
  }

  #to(x: number, y: number): void {
    [this.x, this.y] = [x, y];
    this.over = this.dayAt(x, y);
  }
}
