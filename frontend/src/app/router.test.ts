import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute } from './router.svelte';

describe('an address', () => {
  it('is a place and its parameters', () => {
    expect(parseRoute('#/members?ends=60&text=%C3%A9li')).toEqual({
      place: 'members',
      params: { ends: '60', text: 'éli' },
    });
    expect(parseRoute('network')).toEqual({ place: 'network', params: {} });
  });

  it('of an unknown place is Today', () => {
    expect(parseRoute('#/nowhere').place).toBe('today');
    expect(parseRoute('').place).toBe('today');
  });

  it('comes back as it was written, without empty parameters', () => {
    const text = formatRoute({ place: 'members', params: { text: 'a b&c', role: '', id: 'mem_1' } });
    expect(text).toBe('members?text=a+b%26c&id=mem_1');
    expect(parseRoute(text).params).toEqual({ text: 'a b&c', id: 'mem_1' });
  });
});
