import { readFile } from 'node:fs/promises';
import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter } from '@bull-board/express';
import { Router } from 'express';
import type { Express, Request } from 'express';
import { fillTemplate, withoutForbidden } from './board-page.js';
import { RedactingAdapter } from './redacting-adapter.js';
import type { BullQueue } from './redacting-adapter.js';

export interface QueueBoardOptions {
  /** Where the board is, as `/ops/queues`. */
  readonly path: string;
  /** Opened when somebody looks at the board for the first time. */
  readonly queues: () => readonly BullQueue[];
  /** A queue that is opened while Redis is away never recovers. */
  readonly isRedisReady: () => boolean;
  /** Whether operators may pause queues and have messages delivered again. */
  readonly allowActions: boolean;
  /** Told of errors that the board answers with 500, without what they say. */
  readonly onError: (error: Error) => void;
}

/** Style elements that the board makes: the colours of one picture, and lists without scroll bars. */
const OWN_STYLES = [
  "'sha256-r2N1TB/gHbBtBZFKg7ejmq1acVSREzucTAEw6ga4hoU='",
  "'sha256-kLmvWqfziFavKtqHqRsb90f006UAK2Dmd0It5Iz2KFA='",
].join(' ');

/** The scripts and styles of the board itself: nothing else inline, and nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${OWN_STYLES}`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The actions that the board offers operators where the setting allows any. Each can be undone or does no harm: messages
 * are hints, and the background tasks restore those that are missing. Messages and schedulers cannot be written or removed.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  'put /api/queues/pause',
  'put /api/queues/resume',
  'put /api/queues/:queueName/pause',
  'put /api/queues/:queueName/resume',
  'put /api/queues/:queueName/promote',
  'put /api/queues/:queueName/retry/:queueStatus',
  'put /api/queues/:queueName/:jobId/retry',
  'put /api/queues/:queueName/:jobId/promote',
]);

/** The queues of BullMQ for people, by bull-board. It has no access control of its own. */
export function queueBoard(options: QueueBoardOptions): Router {
  let board: Express | undefined;
  const router = Router();
  router.use(options.path, (request, response, next) => {
    if (board === undefined && !options.isRedisReady()) {
      response.status(503).type('text').send('Redis is not connected');
      return;
    }
    const undecodable = findUndecodable(request.query);
    if (undecodable !== undefined) {
      response
        .status(400)
        .type('text')
        .send(`the parameter ${undecodable} must have % before two hexadecimal digits only`);
      return;
    }
    response.set({ 'Content-Security-Policy': CONTENT_SECURITY_POLICY, 'Referrer-Policy': 'no-referrer' });
    board ??= openBoard(options);
    board(request, response, next);
  });
  return router;
}

/** Parameters that name a queue. The board decodes them once more, and fails where that cannot be done. */
const NAMES_OF_QUEUES = ['activeQueue', 'queueName'] as const;

function findUndecodable(query: Request['query']): string | undefined {
  return NAMES_OF_QUEUES.find((parameter) => {
    const value = query[parameter];
    try {
      if (typeof value === 'string') decodeURIComponent(value);
      return false;
    } catch {
      return true;
    }
  });
}

function openBoard({ path, queues, allowActions, onError }: QueueBoardOptions): Express {
  const server = new QuietServer(onError);
  server.setBasePath(path);
  createBullBoard({
    queues: queues().map((queue) => new RedactingAdapter(queue, { readOnlyMode: !allowActions })),
    serverAdapter: server,
    options: {
      uiConfig: {
        boardTitle: 'Millrace',
        boardLogo: { path: '' },
        hideDocsLink: true,
        miscLinks: [{ text: 'Operations', url: '/ops' }],
        // The page of operations shows them, without a list of all connections of Redis at each look.
        showWorkers: false,
      },
      handlerHooks: {
        before: ({ method, route }) =>
          method === 'get' || !allowActions || ALLOWED.has(`${method} ${route}`)
            ? { allow: true }
            : { allow: false, status: 405, errorKey: 'ERRORS.QUEUE_READ_ONLY' },
      },
    },
  });
  // The adapter has no type for it: Express of its own version.
  const app = server.getRouter() as Express;
  app.disable('x-powered-by');
  app.engine('ejs', (file, values, done) => {
    void readFile(file, 'utf8').then(
      (template) => done(null, fillTemplate(withoutForbidden(template), { ...values })),
      done,
    );
  });
  return app;
}

/** Answers errors without their messages, which may come from anywhere. */
class QuietServer extends ExpressAdapter {
  readonly #onError: (error: Error) => void;

  constructor(onError: (error: Error) => void) {
    super();
    this.#onError = onError;
  }

  override setErrorHandler(handler: Parameters<ExpressAdapter['setErrorHandler']>[0]): this {
    return super.setErrorHandler((error) => {
      this.#onError(error);
      return handler(new Error('the log of the API has the reason'));
    });
  }
}
