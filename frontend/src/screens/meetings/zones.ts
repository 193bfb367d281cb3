import type { ZoneTime } from '../../backend/types';
import type { Option } from '../../components/options';

/** Zones as people choose them: city and present offset, never an abbreviation. */
export function zoneOptions(zones: ZoneTime[], chosen = ''): Option[] {
  const options = zones.map((zone) => ({ value: zone.zone, label: `${zone.city}, ${zone.offset}` }));
  const known = chosen === '' || zones.some((zone) => zone.zone === chosen);
  return known ? options : [{ value: chosen, label: chosen }, ...options];
}
