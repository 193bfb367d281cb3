import type { Events } from '../backend';

type Heard = (...data: unknown[]) => void;
const listeners = new Map<string, Set<Heard>>();

export function on<E extends keyof Events>(event: E, heard: Events[E]): () => void {
  const all = listeners.get(event) ?? new Set();
  listeners.set(event, all.add(heard as Heard));
  return () => all.delete(heard as Heard);
}

export function emit<E extends keyof Events>(event: E, ...data: Parameters<Events[E]>): void {
  for (const heard of listeners.get(event) ?? []) heard(...data);
}
