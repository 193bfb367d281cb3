import { jobs } from '../../app/jobs.svelte';
import { ask, status } from '../../app/status.svelte';

/** Makes pages in a job and says where they are. True when they were made; false when the person changed their mind, or it failed. */
export async function printed(begin: () => Promise<string>): Promise<boolean> {
  const job = await ask(begin);
  if (!job) return false;
  const report = await ask(() => jobs.follow<{ text: string }>(job));
  if (report) status.say(report.text);
  return report !== null;
}
