/** A row of `os-migrations`. */
export interface MigrationRecord {
  readonly id: number;
  readonly uuid: string | undefined;
  /** pre-migrating, migrating, post-migrating, finished, confirming, confirmed, reverting, reverted, error ... */
  readonly status: string;
  readonly type: string | undefined;
  readonly sourceCompute: string | undefined;
  readonly destCompute: string | undefined;
  /** Address Nova copied to (the destination's `my_ip`). */
  readonly destHost: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string | undefined;
}
