import { vi } from 'vitest';

export interface SavedFile {
  readonly name: string;
  readonly type: string;
  readonly text: () => Promise<string>;
}

/** What the page gives to the browser to save, in place of a browser's downloads. */
export function catchFiles(): readonly SavedFile[] {
  const saved: SavedFile[] = [];
  const blobs = new Map<string, Blob>();
  URL.createObjectURL = (made: Blob) => {
    const address = `blob:${String(blobs.size)}`;
    blobs.set(address, made);
    return address;
  };
  URL.revokeObjectURL = () => undefined;
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    const blob = blobs.get(this.href);
    saved.push({
      name: this.download,
      type: blob?.type ?? '',
      text: () => blob?.text() ?? Promise.resolve(''),
    });
  });
  return saved;
}

/** What the page puts on the clipboard, oldest first. */
export function catchClipboard(): readonly string[] {
  const copied: string[] = [];
  const writeText = (text: string): Promise<void> => {
    copied.push(text);
    return Promise.resolve();
  };
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  return copied;
}
