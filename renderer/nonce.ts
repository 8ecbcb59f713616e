declare global {
  /** Read by the library under Mantine's dialogs when it adds a style tag (get-nonce, README). */
  var __webpack_nonce__: string | undefined;
}

const nonce = document.querySelector('meta[name="style-nonce"]')?.getAttribute('content') ?? '';
globalThis.__webpack_nonce__ = nonce;

/** What the host's Content-Security-Policy wants to see on every style tag. */
export function styleNonce(): string {
  return nonce;
}
