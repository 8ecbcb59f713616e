/** Gives the admin a file with this text, the way a browser does. */
export function saveText(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser has taken the blob over by the next turn.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 0);
}
