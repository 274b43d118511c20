import { instantText, operationOutcome } from '@millrace/fhir';
import { fhirAnswer, httpDate, type Answer } from '../http/answer.js';
import type { ExportUrls } from '../http/urls.js';

/** 202 for a DELETE of the status URL that took effect. */
export function cancelAnswer(id: string): Answer {
  return told(`export ${id} is cancelled; its result and files are removed`);
}

/** 202 for a DELETE of the status URL that came after the end: what there is stays, and until when. */
export function keptAnswer(
  id: string,
  { outcome, expiresAt }: { readonly outcome: 'completed' | 'failed'; readonly expiresAt: number },
  urls: ExportUrls,
): Answer {
  const what = outcome === 'completed' ? 'its result and its files are' : 'its outcome is';
  return told(
    `export ${id} had already ended as ${outcome}; ${what} kept until ${instantText(expiresAt)}; DELETE of ${urls.result} removes the export at once`,
    { Expires: httpDate(expiresAt) },
  );
}

/** 202 for a DELETE of the result URL: clients find nothing of the export from then on. */
export function deletedAnswer(id: string): Answer {
  return told(`export ${id} is removed, with its result and its files`);
}

function told(diagnostics: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const issue = { severity: 'information', code: 'informational', diagnostics } as const;
  return fhirAnswer(202, operationOutcome([issue]), headers);
}
