import { openSync, readSync } from 'node:fs';

/** `node floor-program.js FILE`: parses each line of NDJSON, the least that a program of Node without tricks does. */
const file = openSync(process.argv[2] ?? '', 'r');
const buffer = Buffer.allocUnsafe(8 << 20);
let kept = 0;
for (;;) {
  const got = readSync(file, buffer, kept, buffer.length - kept, null);
  const end = kept + got;
  let at = 0;
  for (let feed = buffer.indexOf(10, at); feed !== -1 && feed < end; feed = buffer.indexOf(10, at)) {
    JSON.parse(buffer.toString('utf8', at, feed));
    at = feed + 1;
  }
  if (got === 0) break;
  if (at === 0 && end === buffer.length) throw new Error('a line is longer than 8 MiB');
  buffer.copyWithin(0, at, end);
  kept = end - at;
}
