import { Failure } from '../../domain/failure.ts';

interface Reason {
  readonly why: string;
  readonly hint: string;
  readonly passing: boolean;
}

const CERTIFICATE = 'Give the CA that signed it as "cacert" in clouds.yaml, or in OS_CACERT.';
const NOBODY = 'Check the address, and that a firewall or VPN lets you through.';

/** By the codes of Node's sockets, of OpenSSL's certificate checks (Node's tls documentation) and of undici. */
const REASONS: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: { why: 'the connection was refused', hint: NOBODY, passing: true },
  ENOTFOUND: { why: 'its name does not resolve', hint: 'Check the name, and your DNS.', passing: true },
  EAI_AGAIN: { why: 'its name could not be looked up now', hint: 'Check your DNS.', passing: true },
  EHOSTUNREACH: { why: 'there is no route to it', hint: NOBODY, passing: true },
  ENETUNREACH: { why: 'there is no route to it', hint: NOBODY, passing: true },
  ETIMEDOUT: { why: 'nothing answered', hint: NOBODY, passing: true },
  UND_ERR_CONNECT_TIMEOUT: { why: 'nothing answered', hint: NOBODY, passing: true },
  ECONNRESET: { why: 'the connection was cut', hint: 'Try again.', passing: true },
  EPIPE: { why: 'the connection was cut', hint: 'Try again.', passing: true },
  UND_ERR_SOCKET: { why: 'the connection was cut', hint: 'Try again.', passing: true },
  DEPTH_ZERO_SELF_SIGNED_CERT: { why: 'its certificate is self-signed', hint: CERTIFICATE, passing: false },
  SELF_SIGNED_CERT_IN_CHAIN: {
    why: 'its certificate comes from a CA unknown here',
    hint: CERTIFICATE,
    passing: false,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    why: 'its certificate comes from a CA unknown here',
    hint: CERTIFICATE,
    passing: false,
  },
  UNABLE_TO_GET_ISSUER_CERT: {
    why: 'its certificate comes from a CA unknown here',
    hint: CERTIFICATE,
    passing: false,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    why: 'its certificate comes from a CA unknown here',
    hint: CERTIFICATE,
    passing: false,
  },
  CERT_HAS_EXPIRED: {
    why: 'its certificate has expired',
    hint: 'The certificate must be renewed at the cloud.',
    passing: false,
  },
  CERT_NOT_YET_VALID: {
    why: 'its certificate is not valid yet',
    hint: 'Check the clock of this machine.',
    passing: false,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    why: 'its certificate is for another name',
    hint: 'Use the name that the certificate has as the address.',
    passing: false,
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    why: 'it does not speak TLS',
    hint: 'Write http:// if it has no TLS.',
    passing: false,
  },
  EPROTO: { why: 'TLS could not be agreed on', hint: 'Write http:// if it has no TLS.', passing: false },
};

/**
 * Says why no whole answer came, as `cloud.unreachable`.
 *
 * @param act - What was asked for, such as `list servers`.
 * @param address - Scheme, host and port.
 * @param changing - True if the call may have changed something: then nobody knows whether it did.
 */
export function networkFailure(act: string, address: string, changing: boolean, error: unknown): Failure {
  const code = codeOf(error);
  const known = code === undefined ? undefined : REASONS[code];
  const reason = known ?? { why: `of ${code ?? wordsOf(error)}`, hint: NOBODY, passing: true };
  const doubt = changing && reason.passing && code !== 'ECONNREFUSED';
  return new Failure(
    'cloud.unreachable',
    `Could not ${act}: no answer from ${address}, because ${reason.why}.`,
    {
      hint: doubt
        ? 'The cloud may have taken the order nevertheless: look at the state before trying again.'
        : reason.hint,
      passing: reason.passing,
      cause: error,
    },
  );
}

/** The innermost error code; a failed attempt on several addresses carries those of all. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner =
    codeOf(error.cause) ?? (error instanceof AggregateError ? codeOf(error.errors[0]) : undefined);
  if (inner !== undefined) return inner;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  return error.cause === undefined ? error.message : wordsOf(error.cause);
}
