import { z } from 'zod';

/**
 * An id as Nova makes it. It becomes the name of a directory, and a word of commands that an admin copies; a cloud that
 * answers with anything else is not believed.
 */
export const Uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'no id of Nova');
