import type { Backend } from '../../backend/backend';
import type { RemoteFields, Start } from '../../backend/types';

export type Step = 'choose' | 'create' | 'accept' | 'regain' | 'words' | 'bucket';
/** What is still wrong; each has its sentence under first. */
export type FirstWrong =
  | 'need-name'
  | 'need-office'
  | 'need-you'
  | 'need-file'
  | 'regain.need-words'
  | 'passphrase.short'
  | 'passphrase.differ';
type Calls = Pick<Backend['network'], 'Create' | 'Accept' | 'Regain'>;

const shortest = 8; // characters of a passphrase
const largest = 1 << 20; // bytes of an invitation

/** FirstRun is the way from nothing to an open notebook. */
export class FirstRun {
  step = $state<Step>('choose');
  name = $state('');
  office = $state('');
  coordinator = $state('');
  protect = $state(false);
  passphrase = $state('');
  again = $state('');
  file = $state('');
  fileName = $state('');
  words = $state('');
  wrong = $state<FirstWrong | ''>('');
  trouble = $state('');
  busy = $state(false);
  /** The open home, kept until the bucket is chosen too. */
  start = $state.raw<Start | null>(null);

  constructor(
    private readonly calls: Calls,
    private readonly sentence: (thrown: unknown) => string,
  ) {}

  go(step: Step): void {
    this.step = step;
    this.wrong = '';
    this.trouble = '';
  }

  /** Makes the network, then asks for the bucket. */
  async create(): Promise<void> {
    const { name, office, coordinator } = this;
    await this.begin(this.wrongInCreate(), () =>
      this.calls.Create({
        name: name.trim(),
        office: office.trim(),
        coordinator: coordinator.trim(),
        passphrase: this.protect ? this.passphrase : '',
      }),
    );
    if (this.start) this.go(this.start.recovery ? 'words' : 'bucket');
  }

  /** Takes a network up again with the words on paper. */
  async regain(place: RemoteFields): Promise<Start | null> {
    const wrong = !this.words.trim()
      ? 'regain.need-words'
      : !this.coordinator.trim()
        ? 'need-you'
        : this.wrongPassphrase();
    await this.begin(wrong, () =>
      this.calls.Regain(
        place,
        this.words.trim(),
        this.coordinator.trim(),
        this.protect ? this.passphrase : '',
      ),
    );
    return this.start;
  }

  /** Joins with the invitation; its file knows the bucket already. */
  async accept(): Promise<Start | null> {
    await this.begin(this.wrongInAccept(), () =>
      this.calls.Accept(
        this.file,
        this.words.trim(),
        this.coordinator.trim(),
        this.protect ? this.passphrase : '',
      ),
    );
    return this.start;
  }

  /** Reads a chosen or dropped file; false when it is too large to be an invitation. */
  async take(file: Pick<File, 'name' | 'size' | 'text'>): Promise<boolean> {
    if (file.size > largest) return false;
    this.file = await file.text();
    this.fileName = file.name;
    this.wrong = '';
    return true;
  }

  private async begin(wrong: FirstWrong | '', work: () => Promise<Start>): Promise<void> {
    this.wrong = wrong;
    if (wrong !== '' || this.busy) return;
    this.busy = true;
    this.trouble = '';
    try {
      this.start = await work();
      this.passphrase = this.again = '';
    } catch (thrown) {
      this.trouble = this.sentence(thrown);
    }
    this.busy = false;
  }

  private wrongInCreate(): FirstWrong | '' {
    if (!this.name.trim()) return 'need-name';
    if (!this.office.trim()) return 'need-office';
    if (!this.coordinator.trim()) return 'need-you';
    return this.wrongPassphrase();
  }

  private wrongInAccept(): FirstWrong | '' {
    return this.file.trim() ? this.wrongPassphrase() : 'need-file';
  }

  private wrongPassphrase(): FirstWrong | '' {
    if (!this.protect) return '';
    if ([...this.passphrase].length < shortest) return 'passphrase.short';
    return this.passphrase === this.again ? '' : 'passphrase.differ';
  }
}
