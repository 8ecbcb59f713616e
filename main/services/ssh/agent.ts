import {
  BaseAgent,
  createAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';

/** The keys of an agent that one login may use, in the order of trying. */
export interface AgentKeys {
  readonly agent: BaseAgent;
  /** Wire forms of the public keys. */
  readonly blobs: readonly Buffer[];
}

/**
 * Asks an agent for its keys. Those that belong to the configured key files come first, as with ssh: a server cuts
 * the connection after a few keys that it does not know (`MaxAuthTries`).
 *
 * @param preferred - Wire forms of the public keys of the configured files.
 * @param only - `IdentitiesOnly`: leave out all others.
 * @throws Error if the agent does not answer.
 */
export async function readAgent(
  socket: string,
  preferred: readonly Buffer[],
  only: boolean,
): Promise<AgentKeys> {
  const agent = createAgent(socket) as BaseAgent<ParsedKey>;
  const keys = await new Promise<readonly ParsedKey[]>((resolve, reject) => {
    agent.getIdentities((error, found) => {
      if (error) reject(error);
      else resolve((found ?? []) as readonly ParsedKey[]);
    });
  });
  const isPreferred = (key: ParsedKey): boolean => preferred.some((blob) => blob.equals(key.getPublicSSH()));
  const chosen = [...keys.filter(isPreferred), ...(only ? [] : keys.filter((key) => !isPreferred(key)))];
  return { agent: new ChosenKeys(agent, chosen), blobs: chosen.map((key) => key.getPublicSSH()) };
}

/** A class, because ssh2 takes nothing else for an agent. */
class ChosenKeys extends BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent<ParsedKey>;
  readonly #keys: readonly ParsedKey[];

  constructor(agent: BaseAgent<ParsedKey>, keys: readonly ParsedKey[]) {
    super();
    this.#agent = agent;
    this.#keys = keys;
  }

  getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(null, [...this.#keys]);
  }

  sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, callback);
  }
}
