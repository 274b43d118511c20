import {
  FileWriteError,
  FolderInUseError,
  isEndOfExport,
  ServerRefusedError,
  TokenOriginError,
  UnansweredKickOffError,
  type Credentials,
} from '@millrace/client';
import { loginHint } from '../login.js';
import { CommandFailedError, InterruptedError, reasonOf, UsageError } from '../errors.js';
import type { Terminal } from '../terminal.js';
import { interruptionText, type ToldInterruption } from './interruption-text.js';

/** How far an export had come when its command failed. */
export interface ExportSoFar {
  /** Undefined before the kick-off was answered. */
  readonly statusUrl: string | undefined;
  /** Undefined where nothing was interrupted. */
  readonly interruption: ToldInterruption | undefined;
  /** Whether the same command goes on with the export, or begins another one. */
  readonly canGoOn: boolean;
}

/** The failure of an export as a person needs it: what it means, and what to do next. */
export function toldFailure(
  error: unknown,
  { statusUrl, interruption, canGoOn }: ExportSoFar,
  { credentials, signal }: Pick<Terminal, 'signal'> & { readonly credentials: Credentials },
): unknown {
  const failed = (message: string): CommandFailedError => new CommandFailedError(message, { cause: error });
  if (signal.aborted)
    return interruption === undefined ? error : new InterruptedError(interruptionText(interruption, canGoOn));
  if (error instanceof FolderInUseError) return new UsageError(error.message, { cause: error });
  if (error instanceof TokenOriginError) {
    const { origin } = new URL(error.url);
    return failed(`${error.message}: --token-origin ${origin}`);
  }
  if (error instanceof FileWriteError && canGoOn && statusUrl !== undefined)
    return failed(`${error.message}; the same command goes on once that can be written`);
  if (error instanceof UnansweredKickOffError && canGoOn)
    return failed(`${error.message}; the same command asks again, with the same key`);
  if (!(error instanceof ServerRefusedError)) return error;
  if (error.status === 401 || error.status === 403) {
    return failed(`${error.message}; ${loginHint(credentials)}`);
  }
  if (error.url !== statusUrl || !isEndOfExport(error)) return error;
  return failed(
    error.status === 404 || error.status === 410
      ? `the server does not have this export any more: ${reasonOf(error)}`
      : `the export has failed on the server: ${reasonOf(error)}`,
  );
}
