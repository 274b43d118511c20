import { once } from 'node:events';
import { openSink } from '@millrace/storage';

/** A process that, told to go, tries to be the first to create each of the objects `0.json`, `1.json`, … */
const [root = '', name = '', rounds = '0'] = process.argv.slice(2);
const sink = openSink({ kind: 'file', root });
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const results: string[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  results.push(await sink.createIfAbsent(`t/e/${round}.json`, Buffer.from(name)));
}
process.stdout.write(`${results.join()}\n`);
process.stdin.destroy();
