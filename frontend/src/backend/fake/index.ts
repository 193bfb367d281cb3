/** Invented data behind the window, to draw and test screens without Go. Never part of a real build. */
import type { Backend } from '../backend';
import { after } from './after';
import { door } from './door';
import { emit, on } from './events';
import { forum } from './forum';
import { mail } from './mail';
import { meetings } from './meetings';
import { network } from './network';
import { people } from './people';
import { phones } from './phones';
import { requests } from './requests';
import { session } from './session';

export const fake: Backend = {
  session,
  people,
  meetings,
  door,
  forum,
  network,
  phones,
  requests,
  mail,
  after,
  on,
  upload: async (file) => `upload-${file.name}`,
  copy: async (text) => navigator.clipboard.writeText(text),
};

export { emit };
