import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import { BenchmarkError } from '../errors.js';
import type { FoundPeer, PeerJob } from './peer.js';

const peersSchema = z.array(z.object({ name: z.string().min(1), command: z.array(z.string()).min(1) }));

/** A program that is a peer, and its arguments with places for `{view}`, `{input}`, `{output}`, `{format}`, `{threads}`. */
export interface PeerCommand {
  readonly name: string;
  readonly command: readonly string[];
}

/** @param text `[{"name": "other", "command": ["other", "--view", "{view}", …]}]` @throws BenchmarkError */
export function readPeerCommands(text: string | undefined): PeerCommand[] {
  if (text === undefined || text === '') return [];
  try {
    return peersSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BenchmarkError(
      `MILLRACE_PEERS is ${text}, expected [{"name": "other", "command": ["other", "{view}", "{input}", "{output}"]}]: ${reason}`,
    );
  }
}

const PLACES = /\{(view|input|output|format|threads)\}/g;

/** The arguments of a command for a job. */
export function commandFor(command: readonly string[], job: PeerJob): string[] {
  const values: Readonly<Record<string, string>> = {
    view: job.view.file,
    input: job.input,
    output: job.output,
    format: job.format,
    threads: String(job.threads),
  };
  return command.map((part) => part.replace(PLACES, (place, name: string) => values[name] ?? place));
}

/** A peer whose time includes the start of its process. */
export async function findCommandPeer({ name, command }: PeerCommand): Promise<FoundPeer> {
  const [program = ''] = command;
  if (program.includes('/')) {
    try {
      await access(program);
    } catch {
      return { name, absent: `there is no ${program}` };
    }
  }
  return {
    name,
    async run(job) {
      const [file = '', ...args] = commandFor(command, job);
      const startedAt = performance.now();
      try {
        await promisify(execFile)(file, args);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new BenchmarkError(`the peer ${name} failed on ${job.view.name}: ${reason}`);
      }
      return { seconds: (performance.now() - startedAt) / 1000, rows: undefined };
    },
  };
}
