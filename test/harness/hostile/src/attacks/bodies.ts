import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Attack } from './attack.js';
import { kickOff, parametersText } from './kick-off.js';
import { volley } from './volley.js';

const MOST_BYTES = 4 << 20;
const MOST_VALUES = 100_000;

/** Text that fills a body of the largest size: the start, then as many copies as fit, then the end. */
function filled(start: string, copy: string, end = '', bytes = MOST_BYTES): Buffer {
  const copies = Math.floor((bytes - start.length - end.length) / copy.length);
  return Buffer.from(start + copy.repeat(copies) + end);
}

const start = '{"resourceType":"Parameters","parameter":[';

/**
 * Bodies that are too much before their meaning is known. They are made once: the attacker must not be slow.
 */
export function bodyAttacks(): readonly Attack[] {
  const attack = (
    name: string,
    answers: Attack['answers'],
    body: Buffer | string,
    headers: Readonly<Record<string, string>> = {},
  ): Attack => ({ name, answers, send: (connection) => kickOff(connection, body, headers) });
  const bombs = (encoding: string, body: Buffer): Attack =>
    volley(
      `sixty bodies at once, each of ten kilobytes of ${encoding} that become ten megabytes`,
      [413],
      (client) => kickOff(client, body, { 'content-encoding': encoding }),
    );
  const tenMegabytes = Buffer.alloc(10 << 20, ' ');
  const gzip = { 'content-encoding': 'gzip' };
  const entries = Buffer.from(parametersText([{ name: 'subject' }]));
  return [
    attack('four megabytes of opening brackets', [400], filled('', '[')),
    attack('more than a million empty entries', [413], filled(start, '{},', '{}]}')),
    attack(
      'as many entries as a body may have values',
      [400],
      filled(start, '{},', '{}]}', (MOST_VALUES * 3) / 2 - 30),
    ),
    attack('four megabytes of one text', [400], filled(`${start}{"name":"`, 'x', '"}]}')),
    attack('four megabytes of long texts', [400], filled(start, `"${'\\u00e9'.repeat(100)}",`, '""]}')),
    attack('an object with a hundred thousand names', [400], namesBody()),
    attack('four megabytes of blanks around a body', [400], filled('{}', ' ')),
    attack('one byte more than is read', [413], filled('', ' ', '', MOST_BYTES + 1)),
    attack('a gzip that becomes a gigabyte', [413], gzipSync(Buffer.alloc(2 ** 30, ' ')), gzip),
    bombs('gzip', gzipSync(tenMegabytes)),
    bombs('deflate', deflateSync(tenMegabytes)),
    bombs('br', brotliCompressSync(tenMegabytes)),
    attack('a gzip that is broken', [400], gzipSync(entries).fill(0xff, 12), gzip),
    attack('a megabyte that is not UTF-8', [400], notUtf8()),
  ];
}

function namesBody(): string {
  const names = Array.from({ length: MOST_VALUES - 10 }, (_, at) => `"n${at}":0`);
  return `${start}{${names.join()}}]}`;
}

function notUtf8(): Buffer {
  return Buffer.concat([Buffer.from(`${start}"`), Buffer.alloc(1 << 20, 0xff), Buffer.from('"]}')]);
}
