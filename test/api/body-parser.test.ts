import { afterAll, describe, expect, it } from '@jest/globals';
import { createBodyParser } from '@millrace/api-service';
import { ProtocolError } from '@millrace/protocol';

const MIB = 1 << 20;
const parser = createBodyParser({ bodyBytes: 4 * MIB, bodyValues: 1000 });
/** As they are by default. */
const large = createBodyParser({ bodyBytes: 4 * MIB, bodyValues: 100_000 });
afterAll(() => Promise.all([parser, large].map((one) => one[Symbol.asyncDispose]())));

const blanks = ' '.repeat(100_000);
/** In two pieces, the second of which begins anywhere. */
const parse = (text: string) => {
  const bytes = Buffer.from(text);
  return parser.parse([bytes.subarray(0, 15), bytes.subarray(15)]);
};

describe.each([
  ['a small body', ''],
  ['a large body, on a thread,', blanks],
])('%s', (_, padding) => {
  it('is parsed as JSON, and its values are counted', async () => {
    const text = `{"a":[1,"ü",null],"constant":[{"valueDecimal":1.50}]}${padding}`;
    expect(await parse(text)).toMatchObject({
      value: { a: [1, 'ü', null], constant: [{ valueDecimal: '1.50' }] },
      values: 8,
    });
    expect(await parse(`\uFEFF[]${padding}`)).toMatchObject({ value: [] });
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
    await expect(parser.parse([bytes])).rejects.toThrow('not UTF-8');
  });
});

describe('a body of the largest size is read', () => {
  const number = '"valueDecimal":1.50';
  it.each([
    ['one text of two-byte characters', `["${'ü€'.repeat(800_000)}"]`],
    ['objects up to the limit of values', `[${'{},'.repeat(49_000)}{}]`],
    [
      'names up to the limit of values',
      `{${Array.from({ length: 99_000 }, (_, at) => `"n${at}":"${'x'.repeat(25)}"`).join()}}`,
    ],
    [
      'numbers that keep their digits up to the limit of values, beside two-byte text',
      `{"constant":[${`{${number}},`.repeat(49_000)}{${number}}],"text":"${'€'.repeat(900_000)}"}`,
    ],
  ])('%s', async (_, text) => {
    const { value } = await large.parse([Buffer.from(text)]);
    expect(JSON.stringify(value).length).toBeGreaterThan(140_000);
  });
});
