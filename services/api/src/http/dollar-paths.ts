import type { RequestHandler } from 'express';

/** Some clients escape the `$` of an operation in its path: `%24sql-export` is `$sql-export`. */
export const readDollarPaths: RequestHandler = (request, _response, next) => {
  const query = request.url.indexOf('?');
  const end = query < 0 ? request.url.length : query;
  request.url = request.url.slice(0, end).replaceAll('%24', '$') + request.url.slice(end);
  next();
};
