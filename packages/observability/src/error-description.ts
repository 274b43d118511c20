/**
 * Errors whose message is built from names, sizes and addresses. All other messages stay out of the log,
 * because they may quote data: V8 puts a piece of the text into the message of a `JSON.parse` error.
 */
const MESSAGES_WITHOUT_CONTENT = new Set([
  'AbortError',
  'ArtefactError',
  'ConfigurationError',
  'DeliveryLostError',
  'InputChangedError',
  'InvalidKeyError',
  'JobStoreUnavailableError',
  'MaxRetriesPerRequestError',
  'NewerVersionError',
  'ObjectChangedError',
  'ObjectMissingError',
  'PatientsMissingError',
  'QueryFolderError',
  'QueueUnavailableError',
  'ReplyError',
  // Traps of WebAssembly.
  'RuntimeError',
  'SourceUnavailableError',
  'SqlEngineError',
  'StoreUnavailableError',
  'TimeoutError',
]);

export interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  /** Call sites only; the first lines of a V8 stack repeat the message. */
  readonly stack: string;
  readonly cause?: ErrorDescription;
}

/**
 * The description of an error for the log: its class, where it was thrown, and its message only where that is
 * safe. A description, as another thread sends it, is returned unchanged.
 */
export function describeError(error: unknown): ErrorDescription {
  if (isDescription(error)) return error;
  if (!(error instanceof Error)) return { type: typeof error, stack: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const tellsMessage = MESSAGES_WITHOUT_CONTENT.has(error.name) || isSystemErrorCode(code);
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(tellsMessage ? { message: error.message } : {}),
    stack: callSites(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function isDescription(error: unknown): error is ErrorDescription {
  if (typeof error !== 'object' || error === null || error instanceof Error) return false;
  return 'type' in error && typeof error.type === 'string' && 'stack' in error;
}

/** `ENOENT`, `ECONNREFUSED`: such messages name a call and an address. */
function isSystemErrorCode(code: string | undefined): boolean {
  return code !== undefined && /^E[A-Z0-9]+$/.test(code);
}

function callSites(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
}
