/** What a host is made of and set to, beyond what the engine itself works with: for the checks. */
export interface HostTraits {
  /** `uname -m`: x86_64, aarch64 … */
  readonly architecture: string;
}
