import { refuse } from '@millrace/protocol';
import type { RequestHandler } from 'express';

/** https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
export const requireHost: RequestHandler = ({ headers, httpVersion }, _response, next) => {
  if (httpVersion === '1.1' && headers.host === undefined) {
    throw refuse(400, 'required', 'the request has no header Host, which HTTP/1.1 asks for');
  }
  next();
};
