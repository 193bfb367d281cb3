import en from '@locale/en.json';
import { describe, expect, it } from 'vitest';
import { codes, treat, troubleOf } from './errors';

const unforeseen = 'Something went wrong.';

describe('errors', () => {
  it('are read from the JSON text that Go sends, bare or inside an Error', () => {
    const said = '{"code":"timeout","text":"This took too long."}';
    const expected = { code: 'timeout', text: 'This took too long.', severity: 'wait', action: 'retry' };
    expect(troubleOf(said, unforeseen)).toEqual(expected);
    expect(troubleOf(new Error(said), unforeseen)).toEqual(expected);
  });

  it('never show inner detail: what is not Go’s is unforeseen', () => {
    for (const thrown of [
      new TypeError('x is undefined'),
      'socket closed',
      null,
      '{"code":1}',
      '[]',
      'null',
    ]) {
      expect(troubleOf(thrown, unforeseen)).toMatchObject({ code: 'unexpected', text: unforeseen });
    }
  });

  it('with a code unknown to the table are refusals without an action', () => {
    expect(treat('some_new_code')).toEqual({ severity: 'bad', action: 'none' });
  });

  it('of the table have a sentence in the words', () => {
    expect(codes.filter((code) => !(`error.${code}` in en))).toEqual([]);
  });
});
