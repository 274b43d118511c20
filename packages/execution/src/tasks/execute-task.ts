import type { Task } from '@millrace/export';
import { executeCopy } from './copy/execute-copy.js';
import { executeGather } from './gather/execute-gather.js';
import { executeJoin } from './join/execute-join.js';
import { executeQuery } from './query/execute-query.js';
import { executeRange } from './range/execute-range.js';
import { executeSplit } from './split/execute-split.js';
import { executeVersions } from './versions/execute-versions.js';
import type { TaskExecutor } from './task-executor.js';

/** Does a task by the executor of its kind. */
export const executeTask: TaskExecutor<Task> = (ports, work, onCut) => {
  const { task } = work;
  switch (task.kind) {
    case 'query':
      return executeQuery(ports, { ...work, task }, onCut);
    case 'range':
      return executeRange(ports, { ...work, task }, onCut);
    case 'copy':
      return executeCopy(ports, { ...work, task }, onCut);
    case 'versions':
      return executeVersions(ports, { ...work, task }, onCut);
    case 'split':
      return executeSplit(ports, { ...work, task }, onCut);
    case 'join':
      return executeJoin(ports, { ...work, task }, onCut);
    case 'gather':
      return executeGather(ports, { ...work, task }, onCut);
    default:
      return task satisfies never;
  }
};
