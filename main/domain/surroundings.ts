/** What the cloud knows around an instance that is to be moved: for the checks. */
export interface Surroundings {
  /** `openstack availability zone list` of the destination; `undefined` if its service does not tell. */
  readonly destinationZone: string | undefined;
}
