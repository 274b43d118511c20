/** The command line asks for something that cannot be done: exit code 2. The message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was understood and its work failed: exit code 1. The message is for the person at the terminal. */
export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';
}

/** The person at the terminal, or the program that started the command, asked it to stop: exit code 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor() {
    super('interrupted');
  }
}

/** The text of an error of any kind, for the message of an error that wraps it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
