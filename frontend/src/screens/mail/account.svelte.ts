import type { Backend } from '../../backend/backend';
import type {
  MailAccount,
  MailAccountFields,
  MailboxFields,
  MailboxView,
  MailTest,
} from '../../backend/types';

export const presets = ['microsoft', 'google', 'other'] as const;
export type Preset = (typeof presets)[number];
type Known = Exclude<Preset, 'other'>;
const servers: Record<Known, { smtp: string; imap: string; pace: number }> = {
  microsoft: { smtp: 'smtp.office365.com', imap: 'outlook.office365.com', pace: 30 },
  google: { smtp: 'smtp.gmail.com', imap: 'imap.gmail.com', pace: 60 },
};

type AccountCalls = Pick<Backend['mail'], 'SetAccount' | 'TestAccount' | 'ForgetAccount' | 'ForgetPassword'>;
export type AccountWrong =
  '' | 'need-host' | 'need-port' | 'need-from' | 'need-name' | 'need-postal' | 'need-key';
const port = (text: string): number => (/^\d{1,5}$/.test(text.trim()) ? Number(text.trim()) : 0);
const badPort = (text: string): boolean => text.trim() !== '' && (port(text) < 1 || port(text) > 65535);

/** AccountForm is the server that takes this laptop's mail. A password typed here goes to Go and never comes back. */
export class AccountForm {
  preset = $state<Preset>('microsoft');
  host = $state('');
  port = $state('');
  security = $state('starttls');
  method = $state('auto');
  user = $state('');
  password = $state('');
  from = $state('');
  name = $state('');
  postal = $state('');
  reply = $state('');
  pace = $state('');
  ca = $state('');
  cert = $state('');
  key = $state('');
  hasKey = $state(false);
  /** Whether an account is kept, which may be forgotten. */
  set = $state(false);
  hasPassword = $state(false);
  wrong = $state<AccountWrong>('');
  private keptCert = '';
  busy = $state<'' | 'testing' | 'saving'>('');
  private tested = $state.raw<MailTest | null>(null);
  private testedFor = $state('');

  constructor(
    private readonly calls: AccountCalls,
    view: MailAccount,
  ) {
    this.take(view);
  }

  take(view: MailAccount): void {
    const known = (['microsoft', 'google'] as const).find((one) => servers[one].smtp === view.host);
    this.preset = known ?? (view.set ? 'other' : 'microsoft');
    this.set = view.set;
    this.hasPassword = view.hasPassword;
    this.password = this.key = '';
    if (!view.set) return this.choose('microsoft');
    this.host = view.host;
    this.port = String(view.port || '');
    this.security = view.security;
    this.method = view.method;
    this.user = view.user;
    this.from = view.from;
    this.name = view.name;
    this.postal = view.postal;
    this.reply = view.reply;
    this.pace = String(view.pace);
    this.ca = view.ca;
    this.cert = this.keptCert = view.cert;
    this.hasKey = view.hasKey;
  }

  /** Fills in what is known of a provider. */
  choose(preset: Preset): void {
    this.preset = preset;
    this.security = 'starttls';
    this.port = '587';
    if (preset === 'other') {
      if (Object.values(servers).some((known) => known.smtp === this.host)) this.host = '';
      return;
    }
    this.host = servers[preset].smtp;
    this.pace ||= String(servers[preset].pace);
  }

  fields(): MailAccountFields {
    const user = this.user.trim() || (this.preset === 'other' ? '' : this.from.trim());
    return {
      host: this.host.trim(),
      port: port(this.port),
      security: this.security,
      method: this.method,
      user,
      password: this.password,
      from: this.from.trim(),
      name: this.name.trim(),
      postal: this.postal.trim(),
      reply: this.reply.trim(),
      pace: Math.max(0, Math.round(Number(this.pace) || 0)),
      ca: this.ca.trim(),
      cert: this.cert.trim(),
      key: this.key.trim(),
    };
  }

  /** Whether what opens the server is a token. */
  get token(): boolean {
    return this.method === 'xoauth2';
  }

  /** How the try went, as long as the form still says what was tried. */
  get verdict(): MailTest | null {
    return this.testedFor === JSON.stringify(this.fields()) ? this.tested : null;
  }

  async test(sentence: (thrown: unknown) => string): Promise<void> {
    this.wrong = this.host.trim() ? (badPort(this.port) ? 'need-port' : '') : 'need-host';
    if (this.busy !== '' || this.wrong) return;
    const fields = this.fields();
    this.busy = 'testing';
    try {
      this.tested = await this.calls.TestAccount(fields);
    } catch (thrown) {
      this.tested = { ok: false, text: sentence(thrown) };
    }
    this.testedFor = JSON.stringify(fields);
    this.busy = '';
  }

  /** Keeps the account; false when the form lacks something. Throws what Go refuses. */
  async save(): Promise<boolean> {
    this.wrong = this.firstWrong();
    if (this.busy !== '' || this.wrong) return false;
    this.busy = 'saving';
    try {
      this.take(await this.calls.SetAccount(this.fields()));
      return true;
    } finally {
      this.busy = '';
    }
  }

  private firstWrong(): AccountWrong {
    if (!this.host.trim()) return 'need-host';
    if (badPort(this.port)) return 'need-port';
    if (!this.from.trim()) return 'need-from';
    if (!this.name.trim()) return 'need-name';
    if (!this.postal.trim()) return 'need-postal';
    const keyed = this.key.trim() || (this.hasKey && this.cert.trim() === this.keptCert.trim());
    return this.cert.trim() && !keyed ? 'need-key' : '';
  }

  /** Lets the account go, or its password alone. */
  async forget(what: 'account' | 'password'): Promise<void> {
    if (this.busy !== '') return;
    this.busy = 'saving';
    try {
      const view = await (what === 'account' ? this.calls.ForgetAccount() : this.calls.ForgetPassword());
      if (!view.set) {
        this.user = this.from = this.name = this.postal = this.reply = this.pace = this.ca = this.cert = '';
        this.hasKey = false;
      }
      this.take(view);
    } finally {
      this.busy = '';
    }
  }
}

type MailboxCalls = Pick<Backend['mail'], 'SetMailbox' | 'TestMailbox'>;

/** MailboxForm is where answers come to. */
export class MailboxForm {
  host = $state('');
  port = $state('');
  security = $state('tls');
  method = $state('login');
  user = $state('');
  password = $state('');
  folder = $state('INBOX');
  ca = $state('');
  preset = $state<Preset>('other');
  set = $state(false);
  hasPassword = $state(false);
  wrong = $state<'' | 'need-host' | 'need-port' | 'need-user'>('');
  busy = $state<'' | 'testing' | 'saving'>('');
  private tested = $state.raw<MailTest | null>(null);
  private testedFor = $state('');

  constructor(
    private readonly calls: MailboxCalls,
    view: MailboxView,
    account: MailAccount,
  ) {
    this.take(view, account);
  }

  take(view: MailboxView, account: MailAccount): void {
    this.set = view.set;
    this.hasPassword = view.hasPassword;
    this.password = '';
    const known = (Object.keys(servers) as Known[]).find((one) =>
      view.set ? servers[one].imap === view.host : servers[one].smtp === account.host,
    );
    this.preset = known ?? 'other';
    if (!view.set) {
      this.host = known ? servers[known].imap : '';
      this.port = this.ca = '';
      this.security = 'tls';
      this.method = account.method === 'xoauth2' ? 'xoauth2' : 'login';
      this.folder = 'INBOX';
      this.user = account.reply || account.user || account.from;
      return;
    }
    this.host = view.host;
    this.port = String(view.port || '');
    this.security = view.security;
    this.method = view.method;
    this.ca = view.ca;
    this.user = view.user;
    this.folder = view.folder;
  }

  /** Fills in what is known of a provider. */
  choose(preset: Preset): void {
    this.preset = preset;
    this.security = 'tls';
    this.port = preset === 'other' ? '' : '993';
    this.host = preset === 'other' ? '' : servers[preset].imap;
  }

  get token(): boolean {
    return this.method === 'xoauth2';
  }

  fields(): MailboxFields {
    return {
      host: this.host.trim(),
      port: port(this.port),
      security: this.security,
      method: this.method,
      user: this.user.trim(),
      password: this.password,
      ca: this.ca.trim(),
      folder: this.folder.trim(),
    };
  }

  get verdict(): MailTest | null {
    return this.testedFor === JSON.stringify(this.fields()) ? this.tested : null;
  }

  async test(sentence: (thrown: unknown) => string): Promise<void> {
    if (this.busy !== '' || !this.check()) return;
    const fields = this.fields();
    this.busy = 'testing';
    try {
      this.tested = await this.calls.TestMailbox(fields);
    } catch (thrown) {
      this.tested = { ok: false, text: sentence(thrown) };
    }
    this.testedFor = JSON.stringify(fields);
    this.busy = '';
  }

  async save(): Promise<MailboxView | null> {
    if (this.busy !== '' || !this.check()) return null;
    this.busy = 'saving';
    try {
      const view = await this.calls.SetMailbox(this.fields());
      this.set = view.set;
      this.hasPassword = view.hasPassword;
      this.password = '';
      return view;
    } finally {
      this.busy = '';
    }
  }

  /** Lets the mailbox go, with its password. */
  async forget(account: MailAccount): Promise<void> {
    if (this.busy !== '') return;
    this.busy = 'saving';
    try {
      this.take(await this.calls.SetMailbox({ ...this.fields(), host: '', password: '' }), account);
    } finally {
      this.busy = '';
    }
  }

  private check(): boolean {
    this.wrong = !this.host.trim()
      ? 'need-host'
      : badPort(this.port)
        ? 'need-port'
        : this.user.trim()
          ? ''
          : 'need-user';
    return this.wrong === '';
  }
}
