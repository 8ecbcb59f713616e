/** Words for whoever started the demo; standard output is for programs. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
