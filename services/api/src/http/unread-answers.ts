import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { everyTick } from '@millrace/threads';
import type { Ticks } from '@millrace/threads';

export interface UnreadTerms {
  /** Bytes of answers that clients have not taken, all together. */
  readonly mostBytes: number;
  /** How long a client may take nothing of its answers. */
  readonly patienceMs: number;
}

/** A connection with requests that are not answered to the end. */
interface Reader {
  readonly answers: Set<ServerResponse>;
  /** Bytes that the client, or the system on its behalf, has taken. */
  taken: number;
  /** How long that has not changed although there was more. */
  stoodMs: number;
}

/**
 * Closes connections of clients that do not read their answers: one that takes nothing for too long, and, while all of them
 * together leave more unread than there is room for, those that stand still and have the most.
 *
 * @param onClosed told of each
 */
export function limitUnread(
  answer: RequestListener,
  { mostBytes, patienceMs }: UnreadTerms,
  onClosed: () => void,
): RequestListener {
  const readers = new Map<Socket, Reader>();
  let ticks: Ticks | undefined;

  function close(socket: Socket): void {
    readers.delete(socket);
    socket.destroy();
    onClosed();
  }

  function look(livedMs: number): void {
    // Not where the last answer ends: clients that ask one thing after another would have a timer for each.
    if (readers.size === 0) {
      ticks?.end();
      ticks = undefined;
      return;
    }
    const standing: { readonly socket: Socket; readonly unread: number }[] = [];
    let unreadByAll = 0;
    for (const [socket, reader] of readers) {
      const unread = unreadOf(reader.answers);
      const taken = socket.bytesWritten - socket.writableLength;
      const stands = unread > 0 && taken === reader.taken;
      reader.taken = taken;
      reader.stoodMs = stands ? reader.stoodMs + livedMs : 0;
      if (reader.stoodMs >= patienceMs) {
        close(socket);
        continue;
      }
      unreadByAll += unread;
      if (stands) standing.push({ socket, unread });
    }
    if (unreadByAll <= mostBytes) return;
    for (const { socket, unread } of standing.toSorted((a, b) => b.unread - a.unread)) {
      close(socket);
      unreadByAll -= unread;
      if (unreadByAll <= mostBytes) break;
    }
  }

  function readerOn(socket: Socket): Reader {
    const known = readers.get(socket);
    if (known !== undefined) return known;
    const reader = { answers: new Set<ServerResponse>(), taken: 0, stoodMs: 0 };
    readers.set(socket, reader);
    ticks ??= everyTick(look);
    return reader;
  }

  return (request, response) => {
    const { socket } = request;
    const { answers } = readerOn(socket);
    answers.add(response);
    response.once('close', () => {
      answers.delete(response);
      if (answers.size === 0) readers.delete(socket);
    });
    answer(request, response);
  };
}

function unreadOf(answers: ReadonlySet<ServerResponse>): number {
  let bytes = 0;
  for (const answer of answers) bytes += answer.writableLength;
  return bytes;
}
