import * as z from 'zod';

/** `POST /admin/exports/{id}/cancel`, `DELETE /admin/exports/{id}`, `POST /admin/background-tasks/{name}/activate` */
export type Change =
  | { readonly cancelled: string }
  | { readonly deleted: string }
  | { readonly activated: string };

/** Every answer below `/admin` that is not a success. It says what was wrong, and what would be right. */
export const refusalSchema = z.object({ error: z.string() });
export type Refusal = z.infer<typeof refusalSchema>;
