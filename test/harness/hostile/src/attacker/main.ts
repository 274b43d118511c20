import { setPriority } from 'node:os';
import { attacksNamed } from '../attacks/all-attacks.js';
import { attackOn } from './attack-on.js';
import type { AttackTerms } from './attack-on.js';

// Elsewhere clients have machines of their own; here they share one with the service.
setPriority(10);

const finish = new AbortController();
const stop = new AbortController();
process.on('disconnect', () => process.exit(1));
process.on('message', (message: AttackTerms | 'finish' | 'stop') => {
  if (message === 'finish') return finish.abort();
  if (message === 'stop') return stop.abort();
  const signals = { finish: finish.signal, stop: stop.signal };
  void attackOn(message, attacksNamed(message.only), signals).then((tally) => {
    process.send?.(tally, () => process.disconnect());
  });
});
process.send?.('ready');
