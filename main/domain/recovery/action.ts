/** What can be done about an instance in trouble. Each is one call or one command; nothing here deletes. */
export type Action =
  /** `openstack server migration revert`. */
  | { readonly kind: 'revert' }
  /** `openstack server migration confirm`. */
  | { readonly kind: 'confirm' }
  | { readonly kind: 'reset-state'; readonly to: 'active' | 'error' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'start' }
  | { readonly kind: 'hard-reboot' }
  /** Both disks are read to the end and compared. */
  | { readonly kind: 'compare' }
  /** `<uuid>_resize` gets the name `<uuid>` again, where there is no `<uuid>`. */
  | { readonly kind: 'put-back'; readonly host: string }
  /** Renamed to `<path>.kept-<time>`. */
  | { readonly kind: 'set-aside'; readonly host: string; readonly path: string }
  /** A base goes from one host to the other, under its own name, never over another. */
  | { readonly kind: 'bring-base'; readonly from: string; readonly to: string; readonly path: string }
  /** An empty swap disk, as Nova makes it at the end of a migration; never over another file. */
  | { readonly kind: 'make-swap'; readonly host: string; readonly name: string; readonly sizeBytes: number }
  /** libvirt forgets a domain that is off; its XML is kept beside the disks. */
  | { readonly kind: 'undefine'; readonly host: string }
  /** What the app does not do itself: written out for a person. */
  | {
      readonly kind: 'by-hand';
      readonly title: string;
      /** A host, or `the controller`, or `the workstation`. */
      readonly where: string;
      readonly commands: readonly string[];
      readonly changes: string;
      readonly undo: string;
      readonly check: string;
      /** The action of the app that it amounts to: where that is forbidden, so is this. */
      readonly amountsTo?: 'confirm';
    };

/** Reasons against an action, each with its rule, G1 to G7; empty means go. */
export type Refusals = readonly string[];

export type ActionKind = Action['kind'];

/** Done by the app itself when the admin says so. */
export function isDoneByUs(action: Action): boolean {
  return action.kind !== 'by-hand';
}

/** Reads only: may be done at any time. */
export function isReading(action: Action): boolean {
  return action.kind === 'compare';
}
