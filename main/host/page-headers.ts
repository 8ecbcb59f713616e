import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';

/** Stands in the built index.html where the nonce of the answer goes (`<meta name="style-nonce">`). */
const PLACEHOLDER = '__STYLE_NONCE__';

/** What the page may load and do: its own files, and style tags that carry the nonce of this answer. Nothing else. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // Mantine writes its colours into one style tag. Styles that React sets on elements go through CSSOM, which
    // the policy leaves alone; a style attribute in markup would be refused.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** No page of ours asks for any of these; copying to the clipboard is the one thing it needs. */
const PERMISSIONS = [
  ...['camera', 'display-capture', 'fullscreen', 'geolocation', 'hid', 'microphone', 'midi', 'payment'].map(
    (name) => `${name}=()`,
  ),
  ...['publickey-credentials-get', 'screen-wake-lock', 'serial', 'usb'].map((name) => `${name}=()`),
  'clipboard-read=()',
  'clipboard-write=(self)',
].join(', ');

/** On every answer to a page, whoever hosts it. Make a nonce anew for each. */
export function pageHeaders(nonce: string): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(nonce),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': PERMISSIONS,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    // A kept index.html would carry a nonce that no answer has any more.
    'Cache-Control': 'no-store',
  };
}

/** 128 bits that nobody can guess. */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/** The built index.html with the nonce where the page looks for it. */
export function withNonce(html: string, nonce: string): string {
  return html.replaceAll(PLACEHOLDER, nonce);
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Of a file's name. What is not known is given as bytes, which no browser runs (`nosniff`). */
export function contentTypeOf(path: string): string {
  return CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
}
