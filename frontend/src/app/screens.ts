/** Which component shows which place. */
import type { Component } from 'svelte';
import Chapters from '../screens/chapters/Chapters.svelte';
import Communities from '../screens/communities/Communities.svelte';
import Conflicts from '../screens/conflicts/Conflicts.svelte';
import Door from '../screens/door/Door.svelte';
import FirstRun from '../screens/first-run/FirstRun.svelte';
import Mail from '../screens/mail/Mail.svelte';
import Meetings from '../screens/meetings/MeetingsPlace.svelte';
import Members from '../screens/members/Members.svelte';
import Network from '../screens/network/Network.svelte';
import Settings from '../screens/settings/Settings.svelte';
import Today from '../screens/today/Today.svelte';
import type { Place } from './router.svelte';

export const screens: Record<Place, Component> = {
  today: Today,
  members: Members,
  communities: Communities,
  chapters: Chapters,
  meetings: Meetings,
  mail: Mail,
  door: Door,
  conflicts: Conflicts,
  network: Network,
  settings: Settings,
};

/** Shown instead of them while there is no open notebook: first run, passphrase, waiting for admission. */
export const gate: Component = FirstRun;
