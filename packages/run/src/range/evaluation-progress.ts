// Progress that an engine thread writes for another thread to see when the engine no longer answers: a
// regular expression or a loop of WebAssembly lets nothing else run on its thread. The constants name the
// words of the shared memory.

const STAGE = 0;
const KIND = 1;
const SUBJECT = 2;
const PATH = 3;
const TICKS = 4;
const WORDS = 6;
const OFFSETS_AT = WORDS * Int32Array.BYTES_PER_ELEMENT;
const OFFSETS = 2;

export const PROGRESS_BYTES = OFFSETS_AT + OFFSETS * Float64Array.BYTES_PER_ELEMENT;

const KINDS = ['rest', 'line', 'lines', 'view'] as const;
const [REST, LINE, LINES, VIEW] = [0, 1, 2, 3];
const NONE = -1;

/** Records what is being evaluated. Each call begins something new, and its time counts from that call. */
export interface EvaluationProgress {
  /** One line, by its offset in the content. */
  line(offset: number): void;
  /** Lines that are evaluated together. */
  lines(from: number, to: number): void;
  /** A view is compiled. */
  view(subject: number): void;
  /** Nothing: the thread waits, or does work that no resource can make longer. */
  rest(): void;
  /** For which subject, from here on. */
  subject(subject: number): void;
  /** Which of the paths of its view fhirpath.js evaluates; -1 for none of them. */
  path(number: number): void;
  /** How often somebody has looked: a clock that costs next to nothing. Stands still where nobody looks. */
  looks(): number;
}

/** @param memory of `PROGRESS_BYTES`; its own where nobody looks */
export function createProgress(memory = new SharedArrayBuffer(PROGRESS_BYTES)): EvaluationProgress {
  const words = new Int32Array(memory, 0, WORDS);
  const offsets = new Float64Array(memory, OFFSETS_AT, OFFSETS);

  let stage = 0;

  function begin(kind: number, subject: number): void {
    words[KIND] = kind;
    words[SUBJECT] = subject;
    words[PATH] = NONE;
    stage = (stage + 1) | 0;
    // A plain write: an atomic one takes as long as all else that is done for a line here. It is seen soon enough.
    words[STAGE] = stage;
  }

  return {
    line(offset) {
      offsets[0] = offset;
      begin(LINE, NONE);
    },
    lines(from, to) {
      offsets[0] = from;
      offsets[1] = to;
      begin(LINES, NONE);
    },
    view: (subject) => begin(VIEW, subject),
    rest: () => begin(REST, NONE),
    subject(subject) {
      words[SUBJECT] = subject;
    },
    path(number) {
      words[PATH] = number;
    },
    looks: () => words[TICKS] ?? 0,
  };
}

/** The place that is being evaluated, or has been for too long. */
export type Place =
  /** The line at an offset; the subject is unknown while it is parsed, the path where fhirpath.js is not at work. */
  | { readonly kind: 'line'; readonly offset: number; readonly subject?: number; readonly path?: number }
  /** One of these lines. */
  | { readonly kind: 'lines'; readonly from: number; readonly to: number }
  /** The compilation of a view. */
  | { readonly kind: 'view'; readonly subject: number };

export interface EvaluationLimits {
  /** For a resource; 0 means no limit. */
  readonly resourceMs: number;
  /** For the compilation of a view, which others have compiled before; 0 means no limit. */
  readonly viewMs: number;
}

export interface EvaluationWatch {
  /** Looks after this much time of the other thread. Returns the place that has taken too long. */
  look(sinceMs: number): Place | undefined;
  /** The place that is being evaluated, however long it takes. */
  current(): Place | undefined;
}

/** Watches the progress that another thread writes to a memory. */
export function watchProgress(memory: SharedArrayBuffer, limits: EvaluationLimits): EvaluationWatch {
  const words = new Int32Array(memory, 0, WORDS);
  const offsets = new Float64Array(memory, OFFSETS_AT, OFFSETS);
  let seen: number | undefined;
  let elapsedMs = 0;

  function current(): Place | undefined {
    const [from = 0, to = 0] = offsets;
    const subject = words[SUBJECT] ?? NONE;
    const path = words[PATH] ?? NONE;
    switch (KINDS[words[KIND] ?? 0]) {
      case 'line':
        return {
          kind: 'line',
          offset: from,
          ...(subject === NONE ? {} : { subject }),
          ...(path === NONE ? {} : { path }),
        };
      case 'lines':
        return { kind: 'lines', from, to };
      case 'view':
        return { kind: 'view', subject };
      default:
        return undefined;
    }
  }

  return {
    look(sinceMs) {
      Atomics.add(words, TICKS, 1);
      const stage = Atomics.load(words, STAGE);
      if (stage !== seen) {
        seen = stage;
        elapsedMs = 0;
        return undefined;
      }
      elapsedMs += sinceMs;
      const limitMs = KINDS[words[KIND] ?? 0] === 'view' ? limits.viewMs : limits.resourceMs;
      return limitMs > 0 && elapsedMs > limitMs ? current() : undefined;
    },
    current,
  };
}
