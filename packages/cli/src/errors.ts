/** The command line asks for something that cannot be done: exit code 2. The message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was understood and its work failed: exit code 1. The message is for the person at the terminal. */
export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';
}

/** A place in a text; both count from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A text that a person wrote cannot be read. The message goes on after the name of its file. */
export class FileFaultError extends Error {
  override readonly name = 'FileFaultError';
  /** Undefined where the parser gives none. */
  readonly place: TextPlace | undefined;

  constructor(reason: string, place: FileFaultError['place']) {
    super(reason);
    this.place = place;
  }
}

/** The person at the terminal, or the program that started the command, asked it to stop: exit code 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  /** @param consequence what became of the work, and how one goes on with it */
  constructor(consequence?: string) {
    super(consequence === undefined ? 'interrupted' : `interrupted: ${consequence}`);
  }
}

/** The text of an error of any kind, for the message of an error that wraps it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
