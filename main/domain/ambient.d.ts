/**
 * The one name of the platform that ports speak of. The domain compiles without Node and without the DOM, so it is
 * declared here, for this project only; every other project has the real one.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
}
