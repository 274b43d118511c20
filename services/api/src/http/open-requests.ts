import type { Request, Response } from 'express';
import { requestIdOf } from './request-id.js';
import { routePattern } from './route-pattern.js';

/** Requests that are not answered yet. */
export interface OpenRequests {
  /** @returns to be called when it is answered or broken off */
  opened(request: Request, response: Response): () => void;
  /** How many there are, and those that were opened first, for the log. */
  list(): {
    readonly count: number;
    readonly first: readonly {
      readonly requestId: string;
      readonly method: string;
      readonly route: string;
      readonly forMs: number;
    }[];
  };
}

/** A log line names no more. */
const MOST_NAMED = 20;

export function createOpenRequests(): OpenRequests {
  const open = new Set<{ readonly request: Request; readonly response: Response; readonly since: number }>();
  return {
    opened(request, response) {
      const one = { request, response, since: performance.now() };
      open.add(one);
      return () => void open.delete(one);
    },
    list() {
      const now = performance.now();
      const first = [...open].slice(0, MOST_NAMED).map(({ request, response, since }) => ({
        requestId: requestIdOf(response),
        method: request.method,
        route: routePattern(request),
        forMs: Math.round(now - since),
      }));
      return { count: open.size, first };
    },
  };
}
