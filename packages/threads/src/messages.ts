/** Main thread to thread: one task, after the answer to the one before. */
export interface ToThread<Task> {
  readonly task: Task;
}

/** Thread to main thread: `ready` once, then for each task any number of `at`, and one `done` or `failed`. */
export type FromThread<Answer> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'at'; readonly at: number }
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly error: unknown };
