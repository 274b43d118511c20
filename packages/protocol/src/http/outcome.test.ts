import { describe, expect, test } from '@jest/globals';
import { exportNotFound, refuse } from '../errors/errors.js';
import { errorAnswer } from './outcome.js';

function named(name: string, facts: object = {}): Error {
  return Object.assign(new Error(`message of ${name}`), { name, ...facts });
}

describe('an error is answered', () => {
  test.each([
    ['a refusal', refuse(400, 'invalid', 'no'), 400, 'invalid'],
    ['an export that does not exist', exportNotFound('x'), 404, 'not-found'],
    ['a broken URL', new URIError('x'), 400, 'invalid'],
    ['a version that moved on', named('VersionMismatchError'), 412, 'conflict'],
    ['a definition under change', named('DefinitionConflictError'), 409, 'conflict'],
    ['a file that expired', named('ObjectMissingError'), 404, 'not-found'],
    ['a store that is down', named('StoreUnavailableError'), 503, 'transient'],
    ['patients that are not indexed yet', named('IdIndexPendingError'), 503, 'transient'],
    ['Redis away', named('MaxRetriesPerRequestError'), 503, 'transient'],
    ['an engine of SQL that failed', named('SqlEngineError'), 503, 'transient'],
    ['views that wait to be compiled', named('BusyError'), 503, 'throttled'],
    ['anything else', new TypeError('x is not a function'), 500, 'exception'],
    ['what is not even an error', 'boom', 500, 'exception'],
    ['an error named like a property of objects', named('constructor'), 500, 'exception'],
  ])('%s', (_, error, status, code) => {
    expect(errorAnswer(error, 'r1')).toMatchObject({
      status,
      headers: { 'Content-Type': 'application/fhir+json' },
      body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] },
    });
  });

  test('with Retry-After where waiting helps', () => {
    const throttled = refuse(429, 'throttled', 'too often', { retryAfter: 7 });
    expect(errorAnswer(throttled, 'r1').headers['Retry-After']).toBe('7');
    expect(errorAnswer(named('StoreUnavailableError'), 'r1').headers['Retry-After']).toBe('5');
  });

  test('with the issues that a refused definition carries', () => {
    const issues = [
      { severity: 'error', code: 'invalid', diagnostics: 'no', expression: ['ViewDefinition.id'] },
    ];
    expect(errorAnswer(named('DefinitionRefusedError', { status: 422, issues }), 'r1')).toMatchObject({
      status: 422,
      body: { issue: issues },
    });
  });

  test('without its detail when it is a fault of the server, but with the request id', () => {
    const error = new TypeError('redis://user:password@host');
    expect(JSON.stringify(errorAnswer(error, 'r1'))).not.toMatch(/password/);
    expect(JSON.stringify(errorAnswer(new Error('x'), 'r1'))).toContain('r1');
  });
});
