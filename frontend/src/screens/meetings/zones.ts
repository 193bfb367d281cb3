import type { ZoneTime } from '../../backend/types';
import type { Option } from '../../components/options';

/** Zones as people choose them: city and present offset, never an abbreviation. */
export function zoneOptions(zones: ZoneTime[], chosen = ''): Option[] {
  const options = zones.map((zone) => ({ value: zone.zone, label: `${zone.city}, ${zone.offset}` }));
  const known = chosen === '' || zones.some((zone) => zone.zone === chosen);
  return known ? options : [{ value: chosen, label: chosen }, ...options];
}

/** The zone a new meeting begins with: this machine's, when Carnet knows it, else the first. */
export function usualZone(
  zones: ZoneTime[],
  machine = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  return (zones.find((zone) => zone.zone === machine) ?? zones[0])?.zone ?? '';
}
