import { describe, expect, it, vi } from 'vitest';
import type {
  MailAccount,
  MailAccountFields,
  MailPlan,
  MailView,
  MessagePage,
  Written,
} from '../../backend/types';
import { AccountForm } from './account.svelte';
import { Compose } from './compose.svelte';
import { IncomingScreen } from './incoming.svelte';
import { type Calls, deedsOf, minutes, OutboxScreen } from './mail.svelte';
import { inserted, WordingsScreen } from './wordings.svelte';

const none = { set: false, host: '' } as MailAccount;
const said = async (work: () => Promise<Written>) => work();

describe('the outbox', () => {
  it('offers for each state what makes sense, and nothing for what was sent', () => {
    expect(deedsOf({ state: 'sent' })).toEqual([]);
    expect(deedsOf({ state: 'sending' })).toEqual([]);
    expect(deedsOf({ state: 'held' })).toEqual(['arrived', 'again', 'stop']);
    expect(deedsOf({ state: 'queued' })).not.toContain('again');
  });
  it('says how long a mailing takes only when a pace is set', () => {
    expect([minutes(500, 30), minutes(10, 30), minutes(500, 0)]).toEqual([17, 0, 0]);
  });
  it('does a thing once, and asks again', async () => {
    const Arrived = vi.fn(async () => ({ id: '', text: 'ok' }));
    const calls = {
      View: async () => ({ held: 0, mailings: [] }) as unknown as MailView,
      Messages: async () => ({ rows: [], total: 0 }) as unknown as MessagePage,
      Due: async () => ({ answers: [], missing: [], missed: 0, left: [], names: [], moved: [] }),
      Arrived,
    } as unknown as Calls;
    const screen = new OutboxScreen(calls, said, String);
    const both = [screen.does('arrived', ['a']), screen.does('arrived', ['a'])];
    expect(await Promise.all(both)).toEqual([true, false]);
    expect(Arrived).toHaveBeenCalledTimes(1);
    expect(screen.view?.mailings).toEqual([]);
  });
});

describe('the account', () => {
  const form = (SetAccount = vi.fn(async () => none)) =>
    new AccountForm({ SetAccount, TestAccount: async () => ({ ok: true, text: 'ok' }) } as never, none);
  it('begins with a provider whose server is known', () => {
    expect(form().fields()).toMatchObject({ host: 'smtp.office365.com', port: 587, security: 'starttls' });
  });
  it('knows the user by the address, but of another server says only what was typed', () => {
    const one = form();
    one.from = 'a@example.org';
    expect(one.fields().user).toBe('a@example.org');
    one.choose('other');
    expect(one.fields()).toMatchObject({ user: '', host: '' });
  });
  it('says what it lacks before Go is asked', async () => {
    const keep = vi.fn(async () => none);
    const one = form(keep);
    for (const [field, wrong] of [
      ['from', 'need-from'],
      ['name', 'need-name'],
      ['postal', 'need-postal'],
    ] as const) {
      expect(await one.save()).toBe(false);
      expect(one.wrong).toBe(wrong);
      one[field] = 'x@example.org';
    }
    expect(await one.save()).toBe(true);
    expect(keep).toHaveBeenCalledTimes(1);
  });
  it('asks for the key of a new certificate, and keeps the one of a certificate that it has', async () => {
    const keep = vi.fn(async (fields: MailAccountFields) => ({
      ...fields,
      set: true,
      key: '',
      hasKey: fields.cert !== '',
      hasPassword: false,
    }));
    const one = form(keep as never);
    one.from = one.name = one.postal = 'x@example.org';
    one.cert = 'CERTIFICATE';
    expect([await one.save(), one.wrong]).toEqual([false, 'need-key']);
    one.key = ' KEY ';
    expect(await one.save()).toBe(true);
    expect(keep).toHaveBeenLastCalledWith(expect.objectContaining({ cert: 'CERTIFICATE', key: 'KEY' }));
    expect([one.key, one.hasKey]).toEqual(['', true]);
    one.name = 'Another';
    expect(await one.save()).toBe(true);
    expect(keep).toHaveBeenLastCalledWith(expect.objectContaining({ cert: 'CERTIFICATE', key: '' }));
    one.cert = 'ANOTHER CERTIFICATE';
    expect([await one.save(), one.wrong]).toEqual([false, 'need-key']);
    one.cert = '';
    expect(await one.save()).toBe(true);
  });
  it('lets the verdict of a try hold only for what was tried', async () => {
    const one = form();
    await one.test(String);
    expect(one.verdict?.ok).toBe(true);
    one.host = 'elsewhere.example.org';
    expect(one.verdict).toBeNull();
  });
});

describe('a mailing as it is made', () => {
  const plan = (sends: number) => ({ sends, members: [], skipped: [], names: [] }) as unknown as MailPlan;
  const meeting = { id: 'mtg_1', kind: 'meeting', name: 'Call' } as never;
  it('is only sent with the number that was shown', async () => {
    const Queue = vi.fn(async () => ({ id: '', text: '' }));
    const one = new Compose({ Plan: async () => plan(3), Preview: vi.fn(), Queue } as never, String);
    expect(one.complete).toBe(false);
    one.subject = meeting;
    await one.count();
    expect(one.ready).toBe(true);
    one.leaveOut = true;
    expect(one.ready).toBe(false);
    await one.count();
    await one.send();
    expect(Queue).toHaveBeenCalledWith(expect.objectContaining({ for: 'mtg_1', leaveOut: true }), 3);
  });
  it('of nobody is not sent', async () => {
    const one = new Compose({ Plan: async () => plan(0), Queue: vi.fn() } as never, String);
    one.subject = meeting;
    await one.count();
    expect(one.ready).toBe(false);
  });
  it('forgets what another kind cannot be about', () => {
    const one = new Compose({} as never, String);
    one.subject = meeting;
    one.be('digest');
    expect([one.subject, one.whom]).toEqual([null, 'eligible']);
  });
  it('shows why it cannot be counted', async () => {
    const one = new Compose({ Plan: () => Promise.reject('no') } as never, () => 'Sentence.');
    one.subject = meeting;
    await one.count();
    expect([one.refused, one.plan]).toEqual(['Sentence.', null]);
  });
});

it('a settled mail gives its place to the next', async () => {
  let rows = ['a', 'b', 'c'].map((id) => ({ id, open: true }));
  const screen = new IncomingScreen(
    {
      Incoming: async () => rows as never,
      Settle: async (ids: string[]) => {
        rows = rows.filter((row) => !ids.includes(row.id));
        return { id: '', text: '' };
      },
    } as never,
    said,
    String,
  );
  await screen.load();
  screen.move(1);
  expect(await screen.settle()).toBe(true);
  expect(screen.chosen?.id).toBe('c');
});

describe('a wording', () => {
  it('takes a placeholder where the cursor stands', () => {
    expect(inserted('Hello , welcome', 'given', 6, 6)).toBe('Hello {given}, welcome');
  });
  it('keeps a draft while another one is looked at, and its text when Go refuses', async () => {
    const screen = new WordingsScreen(
      {
        Wordings: async () => ({ rows: [{ sort: 'invitation', language: 'en', subject: 'S', text: 'T' }] }),
        SetWording: () => Promise.reject('no'),
      } as never,
      () => 'Unknown placeholder.',
    );
    await screen.load();
    screen.text = 'Hello {nobody}';
    screen.show('reminder', 'fr');
    screen.show('invitation', 'en');
    expect([screen.subject, screen.changed]).toEqual(['S', true]);
    expect(await screen.save()).toBeNull();
    expect([screen.text, screen.wrong]).toEqual(['Hello {nobody}', 'Unknown placeholder.']);
  });
});
