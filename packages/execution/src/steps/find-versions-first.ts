import { isReading } from '@millrace/export';
import type { Plan, VersionsShare } from '@millrace/export';
import { DELETED } from '@millrace/storage';

/** FHIR in JSON is mostly this many times as large as its gzip. */
const GZIP_FACTOR = 10;

/**
 * A plan with a stage before all others that finds the lines which hold older versions: for each resource type as many tasks as
 * keep their tables small.
 *
 * @param taskBytes content of the inputs of a type, by which it is divided into shares of its ids
 */
export function findVersionsFirst(plan: Plan, taskBytes: number): Plan {
  const tasks = [...readsByType(plan).values()].flatMap(({ pass, first, last }) => {
    const inputs = plan.inputs.slice(first, last + 1);
    const bytes = inputs.reduce((sum, input) => sum + input.bytes, 0);
    const content = inputs.reduce(
      (sum, input) => sum + input.bytes * (input.compression === 'gzip' ? GZIP_FACTOR : 1),
      0,
    );
    const shares = Math.max(1, Math.ceil(content / taskBytes));
    return Array.from({ length: shares }, (_, share): { kind: 'versions' } & VersionsShare => {
      return { kind: 'versions', pass, input: first, inputs: inputs.length, bytes, share, shares };
    });
  });
  if (tasks.length === 0) return plan;
  return {
    ...plan,
    stages: [tasks, ...plan.stages],
    outputs: plan.outputs.map(({ stage }) => ({ stage: stage + 1 })),
  };
}

/** The first pass of each resource type, and its first and last input. A deletion is no version of a resource. */
function readsByType({
  stages,
  passes,
}: Plan): ReadonlyMap<string, { pass: number; first: number; last: number }> {
  const reads = new Map<string, { pass: number; first: number; last: number }>();
  for (const { pass, input } of stages.flat().filter(isReading)) {
    const type = passes[pass]?.resourceType ?? DELETED;
    const read = reads.get(type) ?? { pass, first: input, last: input };
    if (type === DELETED) continue;
    read.first = Math.min(read.first, input);
    read.last = Math.max(read.last, input);
    reads.set(type, read);
  }
  return reads;
}
