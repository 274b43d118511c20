import { setPriority } from 'node:os';
import { attacksNamed } from '../attacks/all-attacks.js';
import { attackOn } from './attack-on.js';
import type { AttackTerms } from './attack-on.js';

// Elsewhere clients have machines of their own; here they share one with the service.
setPriority(10);

const stop = new AbortController();
process.on('disconnect', () => process.exit(1));
process.on('message', (message: AttackTerms | 'stop') => {
  if (message === 'stop') return stop.abort();
  void attackOn(message, attacksNamed(message.only), stop.signal).then((tally) => {
    process.send?.(tally, () => process.disconnect());
  });
});
process.send?.('ready');
