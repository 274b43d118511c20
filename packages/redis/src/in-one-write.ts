import type { RedisClient } from './client.js';

/**
 * Sends commands in one write rather than in one each, and gives their answers in order.
 *
 * @throws the first error that Redis answers
 */
export async function inOneWrite(
  redis: RedisClient,
  commands: readonly (readonly [name: string, ...args: (string | number)[]])[],
): Promise<unknown[]> {
  const answers = await redis.pipeline(commands.map((command) => [...command])).exec();
  return (answers ?? []).map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}
