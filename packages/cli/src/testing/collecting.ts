import { Writable } from 'node:stream';

/** A stream that hands each piece of text that is written to it over. */
export function collecting(add: (text: string) => void): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      add(String(chunk));
      done();
    },
  });
}
