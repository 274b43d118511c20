import { fork } from 'node:child_process';
import { once } from 'node:events';
import { HostileRunError } from '../errors.js';
import type { AttackTerms } from './attack-on.js';
import type { Tally } from './tally.js';

const FINISH_MS = 600_000;

export interface Attacker {
  /**
   * Lets the attack end once every kind was sent, or as it stands at the signal. Returns the tally of its answers.
   *
   * @throws HostileRunError also when that takes more than ten minutes
   */
  finish(stop: AbortSignal): Promise<Tally>;
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
    async finish(stop) {
      const tally = message();
      child.send('finish');
      const end = (): void => void child.send('stop');
      if (stop.aborted) end();
      stop.addEventListener('abort', end);
      const late = setTimeout(() => child.kill('SIGKILL'), FINISH_MS);
      try {
        return (await tally) as Tally;
      } finally {
        clearTimeout(late);
        stop.removeEventListener('abort', end);
      }
    },
    kill: () => child.kill('SIGKILL'),
  };
}
