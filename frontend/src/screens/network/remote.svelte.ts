import type { Backend } from '../../backend/backend';
import type { LentRow, RemoteFields, RemoteTest, RemoteView } from '../../backend/types';

export type RemoteKind = 'none' | 'folder' | 's3' | 'lan';
export type RemoteCalls = Pick<Backend['network'], 'TestRemote' | 'SetRemote' | 'ChooseFolder' | 'FindLent'>;
/** What a form still lacks; each has its sentence under network.bucket. */
export type RemoteWrong = 'need-folder' | 'need-endpoint' | 'need-bucket' | 'need-lan';
const kinds: readonly string[] = ['none', 'folder', 's3', 'lan'] satisfies RemoteKind[];

/** RemoteForm is the choice of where changes are exchanged. Keys typed here go to Go and never come back. */
export class RemoteForm {
  kind = $state<RemoteKind>('none');
  folder = $state('');
  endpoint = $state('');
  bucket = $state('');
  prefix = $state('');
  region = $state('');
  insecure = $state(false);
  access = $state('');
  secret = $state('');
  hasCredentials = $state(false);
  /** What is lent in the room, once somebody listened. */
  lent = $state.raw<LentRow[] | null>(null);
  busy = $state<'' | 'testing' | 'saving' | 'finding'>('');
  wrong = $state<RemoteWrong | ''>('');
  tested = $state.raw<RemoteTest | null>(null);
  private testedFor = $state('');

  constructor(
    private readonly calls: RemoteCalls,
    view?: RemoteView,
  ) {
    if (view) this.take(view);
  }

  /** Shows what is remembered; the keys stay empty. */
  take(view: RemoteView): void {
    this.kind = kinds.includes(view.kind) ? (view.kind as RemoteKind) : 'none';
    this.folder = view.folder;
    this.endpoint = view.endpoint;
    this.bucket = view.bucket;
    this.prefix = view.prefix;
    this.region = view.region;
    this.insecure = view.insecure;
    this.hasCredentials = view.hasCredentials;
    this.access = this.secret = '';
    this.tested = null;
  }

  /** An empty form, for one more place. */
  clear(): void {
    this.kind = 'folder';
    this.folder = this.endpoint = this.bucket = this.prefix = this.region = this.access = this.secret = '';
    this.insecure = this.hasCredentials = false;
    this.tested = this.lent = null;
    this.wrong = '';
  }

  /** Listens to what is lent in the room. */
  async find(): Promise<void> {
    if (this.busy !== '') return;
    this.busy = 'finding';
    try {
      this.lent = await this.calls.FindLent();
      if (this.lent.length === 1) this.endpoint = this.lent[0]?.address ?? '';
    } finally {
      this.busy = '';
    }
  }

  /** How the try went, as long as the form still says what was tried. */
  get verdict(): RemoteTest | null {
    return this.testedFor === JSON.stringify(this.fields()) ? this.tested : null;
  }

  check(): boolean {
    this.wrong = this.firstWrong();
    return this.wrong === '';
  }

  fields(): RemoteFields {
    return {
      kind: this.kind,
      folder: this.folder.trim(),
      endpoint: this.endpoint.trim(),
      bucket: this.bucket.trim(),
      prefix: this.prefix.trim(),
      region: this.region.trim(),
      insecure: this.insecure,
      access: this.access.trim(),
      secret: this.secret.trim(),
    };
  }

  /** Asks for the folder in the system's own dialog; false when the person changed their mind. */
  async chooseFolder(): Promise<boolean> {
    const path = await this.calls.ChooseFolder();
    if (path) this.folder = path;
    return path !== '';
  }

  /** Tries the connection and keeps the sentence. */
  async test(sentence: (thrown: unknown) => string): Promise<void> {
    if (this.busy !== '' || !this.check()) return;
    const fields = this.fields();
    this.busy = 'testing';
    try {
      this.tested = await this.calls.TestRemote(fields);
    } catch (thrown) {
      this.tested = { ok: false, code: '', text: sentence(thrown) };
    }
    this.testedFor = JSON.stringify(fields);
    this.busy = '';
  }

  /** Remembers the place; null when the form lacks something. Throws what Go refuses. */
  async save(): Promise<RemoteView | null> {
    if (this.busy !== '' || !this.check()) return null;
    this.busy = 'saving';
    try {
      const view = await this.calls.SetRemote(this.fields());
      this.take(view);
      return view;
    } finally {
      this.busy = '';
    }
  }

  private firstWrong(): RemoteWrong | '' {
    if (this.kind === 'folder' && !this.folder.trim()) return 'need-folder';
    if (this.kind === 'lan' && !this.endpoint.trim()) return 'need-lan';
    if (this.kind === 's3' && !this.endpoint.trim()) return 'need-endpoint';
    if (this.kind === 's3' && !this.bucket.trim()) return 'need-bucket';
    return '';
  }
}
