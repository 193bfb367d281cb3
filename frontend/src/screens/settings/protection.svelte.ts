/** Where the key of this notebook rests, and moving it to a passphrase or away from one. */
import { status } from '../../app/status.svelte';
import { backend } from '../../backend/backend';
import type { Key } from '../../words/words.svelte';
import { t } from '../../words/words.svelte';

const said: Record<string, Key> = {
  file: 'settings.key.file',
  keychain: 'settings.key.keychain',
  passphrase: 'settings.key.passphrase',
};

export class Protection {
  source = $state('');
  open = $state(false);
  first = $state('');
  again = $state('');
  busy = $state(false);

  /** What is to be said about where the key rests. */
  readonly text = $derived(said[this.source] ? t(said[this.source] as Key) : '');
  /** The words of the button that opens the form. */
  readonly setting = $derived(t(this.source === 'passphrase' ? 'settings.key.change' : 'settings.key.set'));
  /** The two differ, and the second is long enough for that to be no typing in progress. */
  readonly differ = $derived(this.again.length >= this.first.length && this.again !== this.first);
  readonly ready = $derived(this.first !== '' && this.first === this.again && !this.busy);

  async load(): Promise<void> {
    try {
      this.source = (await backend.session.KeyPlace()).source;
    } catch (thrown) {
      status.trouble(thrown);
    }
  }

  async set(): Promise<void> {
    if (this.ready) await this.#move(this.first, t('settings.key.done'));
  }

  async remove(): Promise<void> {
    await this.#move('', t('settings.key.removed'));
  }

  close(): void {
    this.open = false;
    this.first = this.again = '';
  }

  async #move(passphrase: string, done: string): Promise<void> {
    this.busy = true;
    try {
      this.source = (await backend.session.SetPassphrase(passphrase)).source;
      this.close();
      status.say(done);
    } catch (thrown) {
      status.trouble(thrown);
    } finally {
      this.busy = false;
    }
  }
}
