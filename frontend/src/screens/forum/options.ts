import type { ForumLaptop, ForumView } from '../../backend/types';
import { t } from '../../words/words.svelte';

const named = (name: string) => ({ value: name, label: name });

/** The doors that a laptop may be: those of the meeting, the one that it is, and none. */
export function doorOptions(view: ForumView, laptop: ForumLaptop) {
  const doors = [...new Set([...view.stations, laptop.door])].filter(Boolean);
  return [
    { value: '', label: t('forum.door.none') },
    ...doors.map((door) => ({ value: door, label: `${t('forum.door')} ${door}` })),
  ];
}

/** The rooms that a door may lead to. */
export function roomOptions(view: ForumView, laptop: ForumLaptop) {
  const rooms = [...new Set([...view.rooms, laptop.room])].filter(Boolean);
  return [{ value: '', label: t('forum.room.none') }, ...rooms.map(named)];
}
