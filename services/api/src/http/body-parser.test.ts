import { afterAll, describe, expect, it } from '@jest/globals';
import { ProtocolError } from '@millrace/protocol';
import { createBodyParser } from './body-parser.js';

const parser = createBodyParser(1000);
afterAll(async () => parser[Symbol.asyncDispose]());

const blanks = ' '.repeat(100_000);
const parse = (text: string) => parser.parse(Buffer.from(text));

describe.each([
  ['a small body', ''],
  ['a large body, on a thread,', blanks],
])('%s', (_, padding) => {
  it('becomes what its JSON says', async () => {
    const text = `{"a":[1,"ü",null],"constant":[{"valueDecimal":1.50}]}${padding}`;
    expect(await parse(text)).toEqual({ a: [1, 'ü', null], constant: [{ valueDecimal: '1.50' }] });
    expect(await parse(`\uFEFF[]${padding}`)).toEqual([]);
  });

  it.each([
    ['is no JSON', `{${padding}`, 400, 'invalid'],
    ['is nested too deeply', `${'['.repeat(201)}${padding}`, 400, 'too-costly'],
    ['has too many values', `[${'0,'.repeat(1000)}0]${padding}`, 413, 'too-long'],
  ])('that %s is refused', async (_why, text, status, code) => {
    const refused = await parse(text).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProtocolError);
    expect(refused).toMatchObject({ status, issues: [{ code }] });
  });

  it('that is not UTF-8 is refused', async () => {
    const bytes = Buffer.from(`"\xff"${padding}`, 'latin1');
    await expect(parser.parse(bytes)).rejects.toThrow('not UTF-8');
  });
});
