/** The ten places of the rail: sign, words, count. */
import CalendarDays from '@lucide/svelte/icons/calendar-days';
import GitCompareArrows from '@lucide/svelte/icons/git-compare-arrows';
import Landmark from '@lucide/svelte/icons/landmark';
import Mail from '@lucide/svelte/icons/mail';
import Map from '@lucide/svelte/icons/map';
import NetworkIcon from '@lucide/svelte/icons/network';
import ScanLine from '@lucide/svelte/icons/scan-line';
import Settings2 from '@lucide/svelte/icons/settings-2';
import Sun from '@lucide/svelte/icons/sun';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';
import type { Rail } from '../backend/types';
import type { Key } from '../words/words.svelte';
import type { Place } from './router.svelte';

export interface PlaceView {
  place: Place;
  title: Key;
  icon: Component;
  /** How many are there. */
  count?: (rail: Rail) => number;
  /** How many wait for a person. */
  hot?: (rail: Rail) => number;
}

export const placeViews: PlaceView[] = [
  { place: 'today', title: 'place.today', icon: Sun },
  { place: 'members', title: 'place.members', icon: Users, count: (rail) => rail.members },
  { place: 'communities', title: 'place.communities', icon: Landmark, count: (rail) => rail.communities },
  { place: 'chapters', title: 'place.chapters', icon: Map, count: (rail) => rail.chapters },
  {
    place: 'meetings',
    title: 'place.meetings',
    icon: CalendarDays,
    count: (rail) => rail.meetings,
    hot: (rail) => rail.requests,
  },
  { place: 'mail', title: 'place.mail', icon: Mail, hot: (rail) => rail.mailHot },
  { place: 'door', title: 'place.door', icon: ScanLine },
  { place: 'conflicts', title: 'place.conflicts', icon: GitCompareArrows, hot: (rail) => rail.conflicts },
  { place: 'network', title: 'place.network', icon: NetworkIcon, hot: (rail) => rail.networkHot },
  { place: 'settings', title: 'place.settings', icon: Settings2 },
];
