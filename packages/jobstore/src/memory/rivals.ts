import type { Memory } from './memory-state.js';

/** How many steps of an owner workers have. */
function heldBy({ waiting, now }: Memory, owner: string): number {
  const held = waiting.heldOf(owner);
  for (const expired of held.members(now())) held.remove(expired);
  return held.size;
}

/** Number of other owners that have waited for this many ms and hold less, by more than an eighth. */
export function rivals(memory: Memory, owner: string, ms: number): number {
  const { owners } = memory.waiting;
  const mine = heldBy(memory, owner);
  const most = mine - 1 - Math.floor(mine / 8);
  for (const expired of owners.members(memory.now())) owners.remove(expired);
  if (most < 0) return 0;
  return owners
    .members()
    .filter((other) => other !== owner && heldBy(memory, other) <= most && waits(memory, other, ms)).length;
}

/** Whether an owner has a step in the window that no worker holds and that has waited for this many ms. */
function waits({ waiting, now }: Memory, owner: string, ms: number): boolean {
  const [sent, held] = [waiting.sentOf(owner), waiting.heldOf(owner)];
  for (const expired of sent.members(now())) sent.remove(expired);
  return sent.members().some((member) => {
    const since = held.has(member) ? undefined : waiting.queued.score(member);
    return since !== undefined && now() - since >= ms;
  });
}
