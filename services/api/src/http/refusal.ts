import { ProtocolError, errorAnswer } from '@millrace/protocol';
import { nameRedisOutage } from '../redis-outage.js';

/** Status and FHIR issue type of the answer to an error, for the log and metrics. */
export function refusalOf(error: unknown, requestId: string): { status: number; code: string } {
  const { status } = errorAnswer(nameRedisOutage(error), requestId);
  const [issue] = error instanceof ProtocolError ? error.issues : [];
  return { status, code: issue?.code ?? (status === 503 ? 'transient' : 'exception') };
}
