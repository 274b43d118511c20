import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { ExportQueue } from '@millrace/queue';
import { Router } from 'express';
import type { RequestHandler } from 'express';
import * as z from 'zod';

export const BOARD_PATH = '/ops/queues';

/** The board's own scripts and styles, and nothing from elsewhere: it would like fonts of another site. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
].join('; ');

const messageSchema = z.object({ exportId: z.string(), step: z.string() });

/** The queue for people, to look at only: every change is answered with 405. */
export function queueBoard(queue: Pick<ExportQueue, 'bull'>, isRedisReady: () => boolean): Router {
  let board: RequestHandler | undefined;
  const router = Router();
  router.use(BOARD_PATH, (request, response, next) => {
    // A queue that is opened while Redis is away never recovers.
    if (board === undefined && !isRedisReady()) {
      response.status(503).type('text').send('Redis is not connected');
      return;
    }
    response.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    board ??= openBoard(queue);
    board(request, response, next);
  });
  return router;
}

function openBoard(queue: Pick<ExportQueue, 'bull'>): RequestHandler {
  const server = new ExpressAdapter();
  server.setBasePath(BOARD_PATH);
  const adapter = new BullMQAdapter(queue.bull(), { readOnlyMode: true });
  // Messages carry ids only; this keeps it so if one ever carries more.
  adapter.setFormatter('data', (message: unknown) => messageSchema.safeParse(message).data ?? {});
  adapter.setFormatter('returnValue', () => undefined);
  createBullBoard({
    queues: [adapter],
    serverAdapter: server,
    options: { uiConfig: { boardTitle: 'Millrace', boardLogo: { path: '' } } },
  });
  // The adapter's type is that of Express without its own version of it.
  return server.getRouter() as RequestHandler;
}
