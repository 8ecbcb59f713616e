import type { ExitCode } from './exit-codes.ts';
import { openSession, type GlobalOptions, type Session } from './session.ts';

/** One command with an engine of its own, closed at its end. */
export async function within(
  all: GlobalOptions,
  act: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const session = await openSession(all);
  try {
    return await act(session);
  } finally {
    await session.close();
  }
}

/** JSON for programs, words for people; on standard output, alone. */
export function answer(all: GlobalOptions, view: unknown, words: string): void {
  process.stdout.write(all.json === true ? `${JSON.stringify(view)}\n` : `${words}\n`);
}
