import type { ShownTask, TaskList } from '@millrace/protocol/admin';
import { aligned } from './aligned.js';
import { lengthOf, moment } from './times.js';

/** One line for each task. */
export function showTasks({ tasks }: TaskList, now: number): string {
  return aligned([
    ['TASK', 'EVERY', 'STATE', 'LAST ACTIVATION', 'RAN FOR', 'TRIGGER', 'RESULT'],
    ...tasks.map(({ name, periodSecs, current, last }) => [
      name,
      lengthOf(periodSecs * 1_000),
      current.state,
      ...(last === undefined
        ? ['never', '', '', '']
        : [moment(last.startedAt, now), lengthOf(last.elapsedMs), last.reason, resultOf(last)]),
    ]),
  ]);
}

/** All that is known of a task, its status field by field. */
export function showTask({ name, description, periodSecs, current, last }: ShownTask, now: number): string {
  const lines = [
    `task: ${name}`,
    `  ${description}`,
    `  configured period: every ${lengthOf(periodSecs * 1_000)}`,
  ];
  lines.push(
    current.state === 'idle'
      ? '  currently executing: no'
      : `  currently executing: since ${moment(current.since, now)}, triggered by ${current.reason}`,
  );
  if (last === undefined) return [...lines, '  last completed activation: never'].join('\n');
  lines.push(
    `  last completed activation: iteration ${last.iteration}, triggered by ${last.reason}`,
    `    started at ${moment(last.startedAt, now)}, ran for ${lengthOf(last.elapsedMs)}`,
  );
  if (last.error !== undefined) lines.push(`    failed: ${last.error}`);
  const fields = Object.entries(last.details).filter(([, value]) => !Array.isArray(value));
  const width = fields.reduce((widest, [field]) => Math.max(widest, field.length), 0);
  for (const [field, value] of fields) {
    const isTime = field === 'cutoff' && typeof value === 'number';
    lines.push(`    ${`${field}:`.padEnd(width + 1)} ${isTime ? moment(value, now) : textOf(value)}`);
  }
  for (const [field, value] of Object.entries(last.details)) {
    if (!Array.isArray(value) || value.length === 0) continue;
    lines.push(`    ${field}:`);
    for (const item of value) lines.push(`    > ${textOf(item)}`);
  }
  return lines.join('\n');
}

function resultOf({ error, details }: NonNullable<ShownTask['last']>): string {
  if (error !== undefined) return `failed: ${error}`;
  const { errors } = details;
  return Array.isArray(errors) && errors.length > 0 ? `${errors.length} errors` : 'ok';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
