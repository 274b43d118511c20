import type { TaskStates } from '@millrace/maintenance';
import type { Change, ShownTask, TaskList } from '@millrace/protocol/admin';
import type { MaintenanceQueue } from '@millrace/queue';
import type { Request, Response } from 'express';
import { AdminError } from './errors.js';

export interface AdminTaskPorts {
  readonly tasks: Pick<TaskStates, 'declared' | 'read'>;
  readonly maintenance: Pick<MaintenanceQueue, 'signal'>;
}

/** All tasks, with their latest activations. */
export async function readTasks(tasks: AdminTaskPorts['tasks']): Promise<TaskList['tasks']> {
  const known = await tasks.declared();
  return Promise.all(known.map(async (task) => ({ ...task, ...(await tasks.read(task.name)) })));
}

type TaskRequest = Request<{ name: string }>;

/** Background tasks: their latest activations, and an activation now. */
export function taskHandlers({ tasks, maintenance }: AdminTaskPorts) {
  async function declared(name: string) {
    const known = await tasks.declared();
    const task = known.find((candidate) => candidate.name === name);
    if (task !== undefined) return task;
    const names = known.map((candidate) => candidate.name).join(', ');
    throw new AdminError(
      404,
      `there is no background task of this name; the tasks are ${names === '' ? 'not known yet' : names}`,
    );
  }

  return {
    async list(_request: Request, response: Response<TaskList>): Promise<void> {
      response.json({ tasks: await readTasks(tasks) });
    },
    async show(request: TaskRequest, response: Response<ShownTask>): Promise<void> {
      const task = await declared(request.params.name);
      response.json({ ...task, ...(await tasks.read(task.name)) });
    },
    async activate(request: TaskRequest, response: Response<Change>): Promise<void> {
      const { name } = await declared(request.params.name);
      await maintenance.signal(name);
      response.status(202).json({ activated: name });
    },
  };
}
