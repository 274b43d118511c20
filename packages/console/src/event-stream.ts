import type { RequestHandler } from 'express';
import type { LiveSnapshots } from './live-snapshots.js';

/** Bytes of events that a client may leave unread. It gets no event while it has more of them. */
const MOST_UNREAD = 1 << 20;
/** Events in a row that a client misses so before its connection is closed. */
const MOST_MISSED = 15;

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): one for each snapshot. */
export function eventStream(live: LiveSnapshots): RequestHandler {
  return (request, response) => {
    response.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    let missed = 0;
    const leave = live.watch(({ name, json }) => {
      if (response.writableLength > MOST_UNREAD) {
        missed += 1;
        if (missed >= MOST_MISSED) response.destroy();
        return;
      }
      missed = 0;
      response.write(`event: ${name}\ndata: ${json}\n\n`);
    });
    if (leave === undefined) {
      response.status(503).type('json').set('Retry-After', '10');
      response.json({ error: 'as many pages of operations are open as one API serves; close one' });
      return;
    }
    response.once('close', leave);
    response.flushHeaders();
  };
}
