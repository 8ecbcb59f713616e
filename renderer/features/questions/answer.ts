/** `accepted` is for a host key, `passphrase` for a key file; neither is no. */
export interface Answer {
  readonly accepted?: boolean;
  readonly passphrase?: string;
}
