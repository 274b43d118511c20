import { fork } from 'node:child_process';
import { once } from 'node:events';
import { HostileRunError } from '../errors.js';
import type { AttackTerms } from './attack-on.js';
import type { Tally } from './tally.js';

export interface Attacker {
  /** Ends the attack and returns the tally of its answers. @throws HostileRunError */
  stop(): Promise<Tally>;
  kill(): void;
}

/** Attacks from a process of its own: one event loop for both would make the measured client wait for the attacker. */
export async function startAttacker(terms: AttackTerms): Promise<Attacker> {
  const child = fork(new URL('../../dist/attacker/main.js', import.meta.url));
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new HostileRunError(`the attacker ended early: ${String(signal ?? `code ${code}`)}`);
  });
  ended.catch(() => undefined);
  const message = async (): Promise<unknown> => {
    const [received] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
    return received;
  };
  await message();
  child.send(terms);
  return {
    async stop() {
      const tally = message();
      child.send('stop');
      return (await tally) as Tally;
    },
    kill: () => child.kill('SIGKILL'),
  };
}
