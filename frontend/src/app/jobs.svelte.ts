/** Long work: follows each job by its events and gives its result as a promise. */
import { backend } from '../backend/backend';
import type { Job } from '../backend/types';
import { t } from '../words/words.svelte';

const quiet = 500; // milliseconds before a job is shown at all

class Jobs {
  /** Jobs that run long enough to be shown. */
  shown = $state<Job[]>([]);
  #waiting = new Map<string, (job: Job) => void>();
  #latest = new Map<string, Job>();
  #listening = false;

  listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    backend.on('job', (job) => this.#heard(job));
  }

  /** Follows a job to its end. Rejects with the text that errors have when it failed or was cancelled. */
  async follow<T>(id: string): Promise<T> {
    this.listen();
    const timer = setTimeout(() => this.#show(id), quiet);
    try {
      const job = await this.#end(id);
      if (job.state === 'done') return JSON.parse(job.result) as T;
      throw JSON.stringify(job.error ?? { code: 'cancelled', text: t('error.cancelled') });
    } finally {
      clearTimeout(timer);
      this.shown = this.shown.filter((job) => job.id !== id);
      this.#latest.delete(id);
    }
  }

  async cancel(id: string): Promise<void> {
    await backend.session.Cancel(id);
  }

  #end(id: string): Promise<Job> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve);
      // The job may have ended before anyone listened.
      backend.session.Job(id).then((job) => this.#heard(job), reject);
    });
  }

  #heard(job: Job): void {
    this.#latest.set(job.id, job);
    const at = this.shown.findIndex((shown) => shown.id === job.id);
    if (at >= 0) this.shown[at] = job;
    if (job.state === 'running') return;
    this.#waiting.get(job.id)?.(job);
    this.#waiting.delete(job.id);
  }

  #show(id: string): void {
    const job = this.#latest.get(id);
    if (job) this.shown = [...this.shown, job];
  }
}

export const jobs = new Jobs();
