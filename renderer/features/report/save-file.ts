const KEPT_MS = 60_000;

/** Hands a text to the user as a file of that name; where it goes is the shell's to ask. */
export function saveFile(file: {
  readonly fileName: string;
  readonly mediaType: string;
  readonly text: string;
}): void {
  const address = URL.createObjectURL(new Blob([file.text], { type: `${file.mediaType};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = file.fileName;
  link.click();
  // Not at once: a browser may ask for the place first and read the text afterwards.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, KEPT_MS);
}
