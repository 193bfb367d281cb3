import { describe, expect, it } from 'vitest';
import { fake } from '../../backend/fake';
import { router } from '../../app/router.svelte';
import { use } from '../../backend/backend';
import { compare } from './compare';
import { filtersOf, Members, queryOf } from './members.svelte';

describe('the question to the list', () => {
  it('comes from the address, and unknown parameters mean nothing', () => {
    const filters = filtersOf({ text: 'éli', ends: '60', id: 'mem_1', nonsense: 'x' });
    expect(queryOf(filters, 100, 50)).toEqual({
      text: 'éli',
      chapter: '',
      community: '',
      role: '',
      province: '',
      office: '',
      language: '',
      endsWithin: 60,
      offset: 100,
      limit: 50,
    });
  });

  it('with a number that is none asks for no date', () => {
    expect(queryOf(filtersOf({ ends: 'soon' }), 0, 1).endsWithin).toBe(0);
  });
});

describe('the Members screen', () => {
  it('puts the best hit under the cursor, and the newest letters win', async () => {
    use(fake);
    const screen = new Members();
    void screen.search({ text: 'e' });
    await screen.search({ text: 'eliop' });
    expect(screen.rows.total).toBe(1);
    expect(screen.rows.held(screen.selection.cursor)?.family).toBe('Eliopoulos');
  });

  it('shows the member of the address, and not the first of the list in their place', async () => {
    use(fake);
    router.route = { place: 'members', params: { id: 'm5' } };
    const screen = new Members();
    router.route = { place: 'today', params: {} };
    await screen.search({});
    await new Promise((done) => setTimeout(done, 300));
    expect(screen.detail?.id).toBe('m5');
    expect(screen.rows.held(screen.selection.cursor)?.id).toBe('m5');
  });

  it('keeps the place when records change', async () => {
    use(fake);
    const screen = new Members();
    await screen.search({});
    screen.selection.only(7);
    await screen.refresh();
    expect(screen.selection.cursor).toBe(7);
  });

  it('keeps several chosen people when somebody comes above them', async () => {
    use(fake);
    const screen = new Members();
    await screen.search({});
    screen.selection.only(2);
    screen.selection.reach(4);
    const chosen = screen.selection.places.map((at) => screen.rows.held(at)?.id);
    await fake.people.AddMember({ given: 'Aa', family: 'Aa' } as never, []);
    await screen.refresh();
    expect(screen.selection.places.map((at) => screen.rows.held(at)?.id)).toEqual(chosen);
  });
});

describe('consent', () => {
  it('is recorded and withdrawn for the member shown, and undo takes each back', async () => {
    use(fake);
    const screen = new Members();
    await screen.show('m2');
    expect(await screen.recordConsent({ basis: 'express', source: 'call', date: '' })).toBe(true);
    await screen.show('m2');
    expect(screen.detail?.consent.text).toBe('express, call of today');
    await screen.withdrawConsent();
    await screen.show('m2');
    expect(screen.detail?.consent.state).toBe('withdrawn');
    await fake.session.Undo();
    await screen.show('m2');
    expect(screen.detail?.consent.text).toBe('express, call of today');
  });

  it('that was refused leaves the form open', async () => {
    use(fake);
    const screen = new Members();
    await screen.show('m2');
    expect(await screen.recordConsent({ basis: 'express', source: '', date: '' })).toBe(false);
  });

  it('without a member in the pane writes nothing', async () => {
    use(fake);
    expect(await new Members().recordConsent({ basis: 'express', source: 'call', date: '' })).toBe(false);
  });
});

describe('two members side by side', () => {
  it('show what differs, and what remains: what is kept, else the other’s', async () => {
    const [keep, other] = await Promise.all([fake.people.Member('m0'), fake.people.Member('m1')]);
    keep.phone = '';
    other.chapters = [{ id: 'h9', name: 'Ontario' }];
    const lines = compare(keep, other, (key) => key);
    const line = (label: string) => lines.find((one) => one.label === label);
    expect(line('field.phone')).toMatchObject({ after: '+1 450 555 0148', differs: true });
    expect(line('field.title')).toMatchObject({ after: keep.title, differs: true });
    expect(line('field.language')?.differs).toBe(false);
    expect(line('members.chapters')?.after).toBe('Québec · Electeds-only calls · Ontario');
  });
});
