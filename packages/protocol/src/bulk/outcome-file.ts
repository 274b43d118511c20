import { createHash } from 'node:crypto';
import { manifestFileName, type CompletedManifest, type Notice } from '@millrace/export';
import { operationOutcome, type Issue } from '@millrace/fhir';
import type { BulkRequest } from './bulk-request.js';

/** A file that is made of what the export noticed, when it is asked for. */
export interface OutcomeFile {
  readonly name: string;
  readonly content: Buffer;
  readonly sha256: string;
  /** How many OperationOutcomes of each severity; one a line. */
  readonly severities: readonly { readonly code: Issue['severity']; readonly count: number }[];
}

/** No output is named so: outputs are named after types, which begin with a capital, and one is `deleted`. */
const NAME = manifestFileName('outcomes', 1, 'ndjson');

export function isOutcomeFile(name: string): boolean {
  return name === NAME;
}

/**
 * The OperationOutcomes of a completed Bulk Data export as NDJSON: parameters that were passed over, and data that was
 * skipped or is missing. They follow from the request and the manifest alone, so that the file is always the same.
 *
 * @returns undefined when there is nothing to tell
 */
export function outcomeFile(
  { notices }: Pick<CompletedManifest, 'notices'>,
  { bulk }: Pick<BulkRequest, 'bulk'>,
): OutcomeFile | undefined {
  const issues = [...bulk.ignored.map(passedOver), ...notices.map(noticed)];
  if (issues.length === 0) return undefined;
  const content = Buffer.from(
    issues.map((issue) => `${JSON.stringify(operationOutcome([issue]))}\n`).join(''),
  );
  const codes = [...new Set(issues.map(({ severity }) => severity))];
  return {
    name: NAME,
    content,
    sha256: createHash('sha256').update(content).digest('hex'),
    severities: codes.map((code) => {
      return { code, count: issues.filter(({ severity }) => severity === code).length };
    }),
  };
}

function passedOver({ parameter, why }: BulkRequest['bulk']['ignored'][number]): Issue {
  return {
    severity: 'warning',
    code: 'not-supported',
    diagnostics: `${parameter} was passed over: ${why}`,
    expression: [parameter],
  };
}

function noticed({ kind, diagnostics, expression }: Notice): Issue {
  return {
    severity: kind === 'skipped-line' ? 'error' : kind === 'no-rows' ? 'information' : 'warning',
    code: kind === 'no-rows' ? 'informational' : 'processing',
    diagnostics,
    ...(expression === undefined ? {} : { expression: [expression] }),
  };
}
