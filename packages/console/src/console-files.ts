import { readFile } from 'node:fs/promises';
import type { RequestHandler } from 'express';

/** This folder seen from `src/` and from `dist/`: files that a browser reads as they are. */
const FOLDER = new URL('../page/', import.meta.url);

/** Files of the page by their paths below its own. */
export const CONSOLE_FILES = {
  '': 'index.html',
  '/console.js': 'console.js',
  '/cells.js': 'cells.js',
  '/words.js': 'words.js',
  '/console.css': 'console.css',
  '/icon.svg': 'icon.svg',
} as const;

type ConsoleFile = (typeof CONSOLE_FILES)[keyof typeof CONSOLE_FILES];

/** The page runs its own scripts and asks its own server, and nothing else. */
const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
};

export function consoleFile(name: ConsoleFile): RequestHandler {
  return async (_request, response) => {
    const text = await readFile(new URL(name, FOLDER), 'utf8');
    response.set(HEADERS).type(name).send(text);
  };
}
