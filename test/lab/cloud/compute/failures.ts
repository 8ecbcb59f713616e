/** A command that ended badly, in the words of oslo.concurrency: Nova shows them to admins. */
export class ProcessExecutionError extends Error {
  override readonly name = 'ProcessExecutionError';

  constructor(argv: readonly string[], code: number, stdout: string, stderr: string) {
    super(
      'Unexpected error while running command.\n' +
        `Command: ${argv.join(' ')}\nExit code: ${code}\nStdout: ${quoted(stdout)}\nStderr: ${quoted(stderr)}`,
    );
  }
}

/** One of Nova's own exceptions: its message is what the fault says. */
export class NovaProblem extends Error {
  override readonly name: string;
  /** HTTP-like code of the fault. */
  readonly code: number;

  constructor(kind: string, message: string, code = 500) {
    super(message);
    this.name = kind;
    this.code = code;
  }
}

/** Somebody pressed reset-state while the message for this task waited (measured on Nova 26). */
export function conflict(
  server: { readonly id: string; readonly taskState: string | null },
  wanted: string,
): NovaProblem {
  const seen = server.taskState === null ? 'None' : `'${server.taskState}'`;
  const states = `Expected: {'task_state': ['${wanted}']}. Actual: {'task_state': ${seen}}`;
  return new NovaProblem('UnexpectedTaskStateError', `Conflict updating instance ${server.id}. ${states}`);
}

/** Nova then leaves the task that it was to write (reverts_task_state in nova/compute/manager.py). */
export function isConflict(problem: unknown): boolean {
  return problem instanceof NovaProblem && problem.name === 'UnexpectedTaskStateError';
}

/** A failure before anything was changed: the server goes back to the state it had (InstanceFaultRollback). */
export class RollBack extends Error {
  override readonly name = 'InstanceFaultRollback';
}

/** The nova-compute that did this work is no more. Nobody is left to write anything down. */
export class ComputeDied extends Error {
  override readonly name = 'ComputeDied';
}

/** What Nova would write into the fault and the event. */
export function describeProblem(problem: unknown): {
  readonly code: number;
  readonly message: string;
  readonly details: string;
} {
  const error = problem instanceof Error ? problem : new Error(String(problem));
  const known = error instanceof NovaProblem || error instanceof RollBack;
  const code = error instanceof NovaProblem ? error.code : 500;
  const details = `Traceback (most recent call last):\n  (lab)\n${error.name}: ${error.message}\n`;
  // Of exceptions that are not Nova's own, users see the class only (nova/compute/utils.py, exception_to_dict).
  return { code, message: known ? error.message : error.name, details: code === 500 ? details : '' };
}

/** Python's repr of a text, near enough. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll("'", "\\'")}'`;
}
