/** A way into one cloud, checked and complete. Holds secrets: it is never logged, shown or stored by us. */

/** A user or a project, by id, or by name within a domain. */
export type Principal = { readonly id: string } | { readonly name: string; readonly domain: Domain };

export type Domain = { readonly id: string } | { readonly name: string };

/** What the token is for. `unscoped` has no catalog, so it is of use only for a login test. */
export type Scope =
  | { readonly kind: 'project'; readonly project: Principal }
  | { readonly kind: 'domain'; readonly domain: Domain }
  | { readonly kind: 'system' }
  | { readonly kind: 'unscoped' };

export type CloudLogin =
  | {
      readonly kind: 'password';
      readonly user: Principal;
      readonly password: string;
      readonly scope: Scope;
    }
  /** Its scope is fixed when it is made. `user` is needed only if it is given by name. */
  | {
      readonly kind: 'application-credential';
      readonly credential: { readonly id: string } | { readonly name: string; readonly user: Principal };
      readonly secret: string;
    }
  /** Cannot be renewed. */
  | { readonly kind: 'token'; readonly token: string; readonly scope: Scope };

export const ENDPOINT_INTERFACES = ['public', 'internal', 'admin'] as const;
export type EndpointInterface = (typeof ENDPOINT_INTERFACES)[number];

export interface CloudProfile {
  readonly name: string;
  /** File that it came from, or `the environment`. */
  readonly source: string;
  /** Address of Keystone, with or without its version. */
  readonly authUrl: string;
  readonly login: CloudLogin;
  /** `undefined` is right for a cloud with one region only. */
  readonly region: string | undefined;
  readonly interface: EndpointInterface;
  /** Addresses that replace the catalog's, by service type such as `compute`. */
  readonly endpointOverrides: Readonly<Record<string, string>>;
  readonly tls: {
    /** `false` accepts any certificate. */
    readonly verify: boolean;
    /** Paths of PEM files, absolute. */
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
  };
}

/** What may be shown of a profile: no secret is in it. */
export interface CloudProfileSummary {
  readonly name: string;
  readonly source: string;
  readonly authUrl: string;
  readonly login: CloudLogin['kind'];
  /** Name or id, whichever the profile has. */
  readonly user: string | undefined;
  /** Name or id; `undefined` if the login's scope is not a project, or is fixed in its application credential. */
  readonly project: string | undefined;
  readonly region: string | undefined;
}
