import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who is let in: once whoever brings the token of the address, from then on whoever brings the cookie it became. */
export interface Access {
  /** A new one-time token; the one before is worth nothing from now on. */
  newToken(): string;
  /** The value of a cookie for this token, once; `undefined` if it was used before, or never was one. */
  exchange(token: string): string | undefined;
  /** Whether a `Cookie` header holds a cookie that was given out. */
  admits(header: string | undefined): boolean;
  /** `Set-Cookie` for such a value. */
  cookie(value: string): string;
}

const SECRET_BYTES = 32;
/** Browsers that are let in at a time; the one that came first makes room. */
const MOST_COOKIES = 32;

/** Secrets are kept as digests only. `name` is the cookie's. */
export function createAccess(name: string): Access {
  let token: Buffer | undefined;
  const cookies: Buffer[] = [];
  return {
    newToken() {
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      token = digest(secret);
      return secret;
    },
    exchange(given) {
      if (token === undefined || !timingSafeEqual(token, digest(given))) return undefined;
      token = undefined;
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      cookies.push(digest(secret));
      if (cookies.length > MOST_COOKIES) cookies.shift();
      return secret;
    },
    admits(header = '') {
      const given = header
        .split(';')
        .map((pair) => pair.trim().split('='))
        .flatMap(([key, value]) => (key === name && value !== undefined ? [digest(value)] : []));
      return given.some((one) => cookies.some((cookie) => timingSafeEqual(cookie, one)));
    },
    cookie: (value) => `${name}=${value}; HttpOnly; SameSite=Strict; Path=/`,
  };
}

/** All of one length, whatever was given: what `timingSafeEqual` needs. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
