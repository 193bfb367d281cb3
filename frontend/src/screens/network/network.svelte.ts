import type { Backend } from '../../backend/backend';
import type { Invitation, LaptopRow, NetworkView } from '../../backend/types';

export const laptopRoles = ['admin', 'coordinator', 'door', 'reader'] as const;
export type LaptopRole = (typeof laptopRoles)[number];

/** NetworkScreen holds the screen and the work that its buttons start. */
export class NetworkScreen {
  view = $state.raw<NetworkView | null>(null);
  syncing = $state(false);

  constructor(
    private readonly calls: Backend['network'],
    private readonly trouble: (thrown: unknown) => void,
  ) {}

  async load(): Promise<void> {
    await this.showing(() => this.calls.View());
  }

  async syncNow(): Promise<void> {
    if (this.syncing) return;
    this.syncing = true;
    try {
      await this.calls.SyncNow();
      this.view = await this.calls.View();
    } catch (thrown) {
      this.trouble(thrown);
    }
    this.syncing = false;
  }

  async addOffice(name: string): Promise<boolean> {
    return this.showing(async () => {
      await this.calls.AddOffice(name);
      return this.calls.View();
    });
  }

  revoke(laptop: LaptopRow): Promise<boolean> {
    return this.showing(() => this.calls.Revoke(laptop.device));
  }

  dismiss(key: string): Promise<boolean> {
    return this.showing(() => this.calls.Dismiss(key));
  }

  closeInvitation(id: string): Promise<boolean> {
    return this.showing(() => this.calls.CloseInvitation(id));
  }

  /** The laptops that get a new key when this one goes. */
  othersOf(laptop: LaptopRow): number {
    return (this.view?.laptops ?? []).filter((one) => one.state === 'active' && one.device !== laptop.device)
      .length;
  }

  private async showing(work: () => Promise<NetworkView>): Promise<boolean> {
    try {
      this.view = await work();
      return true;
    } catch (thrown) {
      this.trouble(thrown);
      return false;
    }
  }
}

/** InviteForm makes one invitation and shows it until it is handed over. */
export class InviteForm {
  coordinator = $state('');
  office = $state('');
  role = $state<LaptopRole>('coordinator');
  days = $state(7);
  words = $state(false);
  approve = $state(false);
  wrong = $state<'' | 'need-name' | 'need-office'>('');
  made = $state.raw<Invitation | null>(null);
  busy = $state(false);

  constructor(private readonly calls: Pick<Backend['network'], 'Invite'>) {}

  check(): boolean {
    this.wrong = !this.coordinator.trim() ? 'need-name' : !this.office.trim() ? 'need-office' : '';
    return this.wrong === '';
  }

  /** Makes the file. Throws what Go refuses, and keeps what was typed. */
  async make(): Promise<void> {
    if (this.busy || !this.check()) return;
    this.busy = true;
    try {
      const { role, days, words, approve } = this;
      const [office, coordinator] = [this.office.trim(), this.coordinator.trim()];
      this.made = await this.calls.Invite({ office, coordinator, role, days, words, approve });
    } finally {
      this.busy = false;
    }
  }
}
