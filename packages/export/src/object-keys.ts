import type { StepId } from './step.js';

/**
 * Where an export's objects are, below the sink's root:
 * `{tenant}/{export}/{request,plan,manifest,deleted}.json` and
 * `{tenant}/{export}/{step}/{token}-{nonce}/{n}.{ext}` for what an attempt wrote.
 */
export function exportPrefix(tenant: string, exportId: string): string {
  return `${tenant}/${exportId}/`;
}

export type ExportObject = 'request' | 'plan' | 'manifest' | 'deleted';

export function exportObjectKey(tenant: string, exportId: string, object: ExportObject): string {
  return `${exportPrefix(tenant, exportId)}${object}.json`;
}

/** Key of the n-th file (from 1) of one attempt at one step. Two attempts never share a key. */
export function partKey(
  attempt: { tenant: string; exportId: string; step: StepId; token: string; nonce: string },
  n: number,
  extension: string,
): string {
  const { tenant, exportId, step, token, nonce } = attempt;
  return `${exportPrefix(tenant, exportId)}${step}/${token}-${nonce}/${n}.${extension}`;
}
