import type { RoundSeen } from '../invariants/round-seen.js';
import type { Stack } from '../stack/start-breakable-stack.js';

/** Describes the exports that did not end, as Redis knows them, to help find the reason. */
export async function describeHangs({ jobs, queue }: Stack, { exports }: RoundSeen): Promise<string[]> {
  const hanging = exports.filter(({ isOver }) => !isOver);
  if (hanging.length === 0) return [];
  const lines = [`  queue: ${await told(() => queue.read())}`];
  for (const { id } of hanging) lines.push(`  export ${id}: ${await told(() => jobs.read(id))}`);
  return lines;
}

async function told(ask: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await ask()) ?? 'nothing';
  } catch (error) {
    return String(error);
  }
}
