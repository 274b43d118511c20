import { parseArgs } from 'node:util';
import { resolveRedis } from './resolve-redis.js';

/** `node dist/main.js [--data DIR] [--cache DIR] [--allow-emulator]`: holds a Redis until its input ends. */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.local/redis' },
    cache: { type: 'string', default: '.cache' },
    'allow-emulator': { type: 'boolean', default: false },
  },
});

const redis = await resolveRedis({
  url: process.env['REDIS_URL'],
  dataFolder: values.data,
  cacheFolder: values.cache,
  allowEmulator: values['allow-emulator'],
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`REDIS_URL=${redis.url}\nREDIS_ORIGIN=${redis.how}\n`);

await new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  process.stdin.once('end', () => resolve()).once('close', () => resolve());
  process.stdin.resume();
});
process.stdin.destroy();
await redis.stop();
