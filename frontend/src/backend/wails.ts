/** The real Go side, reached through Wails' bindings, events and asset server. */
import * as After from '../wailsjs/go/desktop/After';
import * as Door from '../wailsjs/go/desktop/Door';
import * as Forum from '../wailsjs/go/desktop/Forum';
import * as Mail from '../wailsjs/go/desktop/Mail';
import * as Meetings from '../wailsjs/go/desktop/Meetings';
import * as Network from '../wailsjs/go/desktop/Network';
import * as People from '../wailsjs/go/desktop/People';
import * as Phones from '../wailsjs/go/desktop/Phones';
import * as Requests from '../wailsjs/go/desktop/Requests';
import * as Session from '../wailsjs/go/desktop/Session';
import { ClipboardSetText, EventsOn } from '../wailsjs/runtime/runtime';
import type { Backend } from './backend';

async function upload(file: File): Promise<string> {
  const answer = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file });
  const text = await answer.text();
  if (!answer.ok) throw text;
  return text;
}

/** The web view's own clipboard where it has one; Wails' where a page may not write. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    await ClipboardSetText(text);
  }
}

export const wails: Backend = {
  session: Session,
  people: People,
  meetings: Meetings,
  door: Door,
  forum: Forum,
  network: Network,
  phones: Phones,
  requests: Requests,
  mail: Mail,
  after: After,
  on: (event, heard) => EventsOn(event, heard),
  upload,
  copy,
};
