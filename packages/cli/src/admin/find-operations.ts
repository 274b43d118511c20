import { CommandFailedError, UsageError } from '../errors.js';
import { runningStacks, runtimeFolder } from '../stack/running-stacks.js';
import type { Terminal } from '../terminal.js';

/** Where an API listens for operators unless it was told otherwise. */
const DEFAULT_URL = 'http://127.0.0.1:9464';
export const OPERATIONS_VARIABLE = 'MILLRACE_OPERATIONS';

/** The operations address that a command asks. */
export interface Operations {
  readonly url: string;
  /** How it was found, as the end of a sentence about an address that does not answer. */
  readonly how: string;
}

/**
 * The address that was given, else that of the only `millrace up` of this user, else the one that an API has by default.
 *
 * @param given by the option
 * @throws CommandFailedError when several of them run; UsageError for a variable that has no URL
 */
export async function findOperations(given: string | undefined, { env }: Terminal): Promise<Operations> {
  if (given !== undefined) return { url: given, how: 'it was given by --operations' };
  const variable = env[OPERATIONS_VARIABLE];
  if (variable !== undefined && variable !== '') {
    if (!URL.canParse(variable) || !/^https?:$/.test(new URL(variable).protocol))
      throw new UsageError(
        `${OPERATIONS_VARIABLE} is ${JSON.stringify(variable)}: expected a URL such as ${DEFAULT_URL}`,
      );
    return { url: variable, how: `it was given by ${OPERATIONS_VARIABLE}` };
  }
  const folder = runtimeFolder(env);
  const [stack, ...others] = await runningStacks(folder);
  if (stack === undefined)
    return {
      url: DEFAULT_URL,
      how: `it is the default, because no millrace up of this user runs (${folder} names none)`,
    };
  if (others.length === 0)
    return { url: stack.operationsUrl, how: `${folder} names it for process ${stack.pid}` };
  const list = [stack, ...others].map(
    ({ operationsUrl, pid, out }) => `  --operations ${operationsUrl} (process ${pid}, --out ${out})`,
  );
  throw new CommandFailedError(`several millrace up of this user run; name one of them:\n${list.join('\n')}`);
}
