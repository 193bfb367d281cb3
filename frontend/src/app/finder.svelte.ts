/** What the palette finds: places and actions by their words, records by Go's search. */
import type { Component } from 'svelte';
import { backend } from '../backend/backend';
import type { Mark } from '../backend/types';
import { t } from '../words/words.svelte';
import { matches } from './finder-words';
import { type Command, frame, mod } from './frame.svelte';
import { placeViews } from './places';
import { router } from './router.svelte';
import { session } from './session.svelte';
import { undo } from './status.svelte';

export interface Line {
  id: string;
  kind: 'action' | 'place' | 'member' | 'community' | 'chapter' | 'meeting';
  title: string;
  marks: Mark[];
  detail: string;
  icon?: Component | undefined;
  keys?: string | undefined;
  run: () => void;
}

const homes = { member: 'members', community: 'communities', chapter: 'chapters', meeting: 'meetings' };

export class Finder {
  text = $state('');
  at = $state(0);
  #records = $state.raw<Line[]>([]);
  #turn = 0;

  lines = $derived<Line[]>([...this.#known(), ...this.#records]);

  ask(text: string): void {
    this.text = text;
    this.at = 0;
    void this.#find(text);
  }

  move(step: number): void {
    const count = this.lines.length;
    if (count > 0) this.at = (this.at + step + count) % count;
  }

  async #find(text: string): Promise<void> {
    const turn = ++this.#turn;
    if (text.trim() === '') {
      this.#records = [];
      return;
    }
    try {
      const hits = await backend.session.Find(text);
      if (turn !== this.#turn) return;
      this.#records = hits.map((hit) => ({
        id: `${hit.kind}-${hit.id}`,
        kind: hit.kind as Line['kind'],
        title: hit.title,
        marks: hit.marks,
        detail: hit.detail,
        run: () => router.go(`${homes[hit.kind as keyof typeof homes]}?id=${encodeURIComponent(hit.id)}`),
      }));
    } catch {
      if (turn === this.#turn) this.#records = [];
    }
  }

  #known(): Line[] {
    const actions = [...frame.commands, ...always()].map((command) => ({
      ...command,
      kind: 'action' as const,
      detail: '',
    }));
    const places = placeViews.map((view) => ({
      id: `place-${view.place}`,
      kind: 'place' as const,
      title: t(view.title),
      detail: t('palette.go'),
      icon: view.icon,
      run: () => router.go(view.place),
    }));
    return [...actions, ...places].flatMap((line) => {
      const marks = matches(line.title, this.text);
      return marks ? [{ ...line, marks }] : [];
    });
  }
}

/** Actions that every screen has. */
function always(): Command[] {
  return [
    { id: 'undo', title: t('palette.undo'), keys: `${mod} Z`, run: () => void undo() },
    { id: 'new-member', title: t('members.new'), run: () => router.go('members?new=1') },
    { id: 'import', title: t('members.import'), run: () => router.go('members?import=1') },
    { id: 'new-meeting', title: t('palette.newMeeting'), run: () => router.go('meetings?new=1') },
    { id: 'sync', title: t('palette.sync'), run: () => void backend.network.SyncNow().catch(() => {}) },
    { id: 'light', title: t('palette.light'), run: () => session.set('theme', 'light') },
    { id: 'dark', title: t('palette.dark'), run: () => session.set('theme', 'dark') },
    { id: 'english', title: 'English', run: () => session.set('lang', 'en') },
    { id: 'french', title: 'Français', run: () => session.set('lang', 'fr') },
  ];
}
