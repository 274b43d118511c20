import type { Format } from '@millrace/formats';
import type { BundledView } from '@millrace/samples';

/** One view over one file of resources to one file of rows. */
export interface PeerJob {
  readonly view: BundledView;
  /** Absolute paths. There is no file at `output` yet. */
  readonly input: string;
  readonly output: string;
  readonly format: Exclude<Format, 'json'>;
  readonly threads: number;
}

/** The result of a peer; with rows if it reports them. */
export interface PeerRun {
  readonly seconds: number;
  readonly rows: number | undefined;
}

/** Something else that turns resources into rows. */
export interface Peer {
  readonly name: string;
  /** Undefined when it cannot express the view. */
  run(job: PeerJob): Promise<PeerRun> | undefined;
}

/** A peer, or why it is not there. */
export type FoundPeer = Peer | { readonly name: string; readonly absent: string };
