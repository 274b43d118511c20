import { findCommandPeer, readPeerCommands } from '../peers/command-peers.js';
import { findDuckdbCommand, floor, millrace, node, peerProgram } from './programs.js';
import type { Program } from './programs.js';

/** The programs that are there, and the others with the reasons. */
export interface FoundPrograms {
  readonly programs: readonly Program[];
  readonly absent: readonly { readonly name: string; readonly absent: string }[];
}

/**
 * @param duckdb the command line of DuckDB
 * @param peers `MILLRACE_PEERS`
 */
export async function findPrograms(duckdb: string, peers: string | undefined): Promise<FoundPrograms> {
  const programs: Program[] = [node, floor, millrace];
  const absent: { name: string; absent: string }[] = [];
  const command = findDuckdbCommand(duckdb);
  if (command === undefined) absent.push({ name: 'duckdb', absent: `${duckdb} does not run` });
  else programs.push(command);
  for (const peer of readPeerCommands(peers)) {
    const found = await findCommandPeer(peer);
    if ('absent' in found) absent.push(found);
    else programs.push(peerProgram(peer));
  }
  return { programs, absent };
}
