import { expect, it } from 'vitest';
import { Reaching } from './reach.svelte';

it('gives what was chosen, and closes', async () => {
  const reaching = new Reaching();
  const answer = reaching.ask({ title: 'Which?', text: '' });
  expect(reaching.question?.title).toBe('Which?');
  reaching.answer('following');
  expect(await answer).toBe('following');
  expect(reaching.question).toBeNull();
});

it('a new question takes the place of one that nobody answered', async () => {
  const reaching = new Reaching();
  const first = reaching.ask({ title: 'first', text: '' });
  void reaching.ask({ title: 'second', text: '' });
  expect(await first).toBeNull();
  expect(reaching.question?.title).toBe('second');
});
