import * as z from 'zod';

/** `POST /admin/exports/{id}/cancel`, `DELETE /admin/exports/{id}`, `POST /admin/background-tasks/{name}/activate` */
export const changeSchema = z.union([
  z.object({ cancelled: z.string() }),
  z.object({ deleted: z.string() }),
  z.object({ activated: z.string() }),
]);
export type Change = z.infer<typeof changeSchema>;

/** Every answer below `/admin` that is not a success. It says what was wrong, and what would be right. */
export const refusalSchema = z.object({ error: z.string() });
export type Refusal = z.infer<typeof refusalSchema>;
