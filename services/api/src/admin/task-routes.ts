import type { TaskStates } from '@millrace/maintenance';
import type { MaintenanceQueue } from '@millrace/queue';
import { Router } from 'express';
import { audited } from '../audit/audited.js';
import type { AuditPorts } from '../audit/audited.js';
import { OPERATOR } from '../owner.js';
import { AdminError } from './errors.js';

export interface AdminTaskPorts extends AuditPorts {
  readonly tasks: Pick<TaskStates, 'declared' | 'read'>;
  readonly maintenance: Pick<MaintenanceQueue, 'signal'>;
}

/** Background tasks: what they did last, and to be activated now. */
export function taskRoutes(ports: AdminTaskPorts): Router {
  const { tasks, maintenance } = ports;
  const router = Router();

  async function declared(name: string) {
    const known = await tasks.declared();
    const task = known.find((candidate) => candidate.name === name);
    if (task !== undefined) return task;
    const names = known.map((candidate) => candidate.name).join(', ');
    throw new AdminError(
      404,
      `there is no such background task; there are ${names === '' ? 'none yet' : names}`,
    );
  }

  router.get('/background-tasks', async (_request, response) => {
    const known = await tasks.declared();
    const all = await Promise.all(known.map(async (task) => ({ ...task, ...(await tasks.read(task.name)) })));
    response.json({ tasks: all });
  });
  router.get('/background-tasks/:name', async (request, response) => {
    const task = await declared(request.params.name);
    response.json({ ...task, ...(await tasks.read(task.name)) });
  });
  router.post(
    '/background-tasks/:name/activate',
    audited<{ name: string }>(
      ports,
      'activate-task',
      async (request, response) => {
        const { name } = await declared(request.params.name);
        await maintenance.signal(name);
        response.status(202).json({ activated: name });
      },
      {
        owner: OPERATOR,
        targetOf: ({ params }) => (/^\w{1,64}$/.test(params.name) ? { object: params.name } : {}),
      },
    ),
  );
  return router;
}
