/** Time zones to choose from, Canada's first, with city and present offset. */
import { matches } from '../../app/finder-words';
import { backend } from '../../backend/backend';
import type { ZoneTime } from '../../backend/types';
import type { Option } from '../../components/options';

let zones: Promise<ZoneTime[]> | undefined;
const most = 40;

/** Zones whose city or name fits. */
export async function zoneOptions(text: string): Promise<Option[]> {
  zones ??= backend.meetings.Zones().catch(() => {
    zones = undefined;
    return [];
  });
  return (await zones)
    .filter((zone) => matches(zone.city, text) || matches(zone.zone.replace(/[/_]/g, ' '), text))
    .slice(0, most)
    .map((zone) => ({ value: zone.zone, label: zone.city, detail: zone.offset }));
}
