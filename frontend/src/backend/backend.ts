/**
 * The one door to the Go side. Its types are the generated bindings, so that a method that changes
 * in Go no longer compiles here. `use` chooses who stands behind it: Wails, or invented data.
 */
import type * as After from '../wailsjs/go/desktop/After';
import type * as Door from '../wailsjs/go/desktop/Door';
import type * as Forum from '../wailsjs/go/desktop/Forum';
import type * as Mail from '../wailsjs/go/desktop/Mail';
import type * as Meetings from '../wailsjs/go/desktop/Meetings';
import type * as Network from '../wailsjs/go/desktop/Network';
import type * as People from '../wailsjs/go/desktop/People';
import type * as Phones from '../wailsjs/go/desktop/Phones';
import type * as Requests from '../wailsjs/go/desktop/Requests';
import type * as Session from '../wailsjs/go/desktop/Session';
import type { desktop } from '../wailsjs/go/models';

/** What Go tells without being asked. Each says only that something moved: the screen then asks. */
export interface Events {
  /** Records changed; the text is the store's version. */
  changed: (version: string) => void;
  /** The state of the exchange changed. */
  sync: () => void;
  /** Long work moved on or ended. */
  job: (job: desktop.Job) => void;
}

export interface Backend {
  session: typeof Session;
  people: typeof People;
  meetings: typeof Meetings;
  door: typeof Door;
  forum: typeof Forum;
  network: typeof Network;
  phones: typeof Phones;
  requests: typeof Requests;
  mail: typeof Mail;
  after: typeof After;
  /** Calls `heard` at each event until the function it gives back is called. */
  on<E extends keyof Events>(event: E, heard: Events[E]): () => void;
  /** Hands a file to Go and gives the id that previews and imports take. */
  upload(file: File): Promise<string>;
  /** Puts text on the clipboard. */
  copy(text: string): Promise<void>;
}

/** Who stands behind the window; set once by `use` before the first screen. */
export let backend: Backend;

export function use(chosen: Backend): void {
  backend = chosen;
}
