import type { CustomScheme, DownloadItem, Protocol, SaveDialogOptions, Session } from 'electron';
import { EventEmitter } from 'node:events';
import type { Answer, FrameIdentity } from '../calls.ts';
import { app } from './app.ts';
import { StandinEvent } from './event.ts';
import { record } from './link.ts';

type Handlers = Pick<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
>;
type HandlerOf<K extends keyof Handlers> = NonNullable<Parameters<Handlers[K]>[0]>;
type ContentsOf = Parameters<HandlerOf<'setPermissionRequestHandler'>>[0];

/** Without a handler Electron says yes to everything (docs/tutorial/security.md, 5). */
class StandinSession extends EventEmitter implements Handlers {
  #request: HandlerOf<'setPermissionRequestHandler'> | undefined;
  #check: HandlerOf<'setPermissionCheckHandler'> | undefined;
  #device: HandlerOf<'setDevicePermissionHandler'> | undefined;
  #capture: HandlerOf<'setDisplayMediaRequestHandler'> | undefined;

  setPermissionRequestHandler(handler: HandlerOf<'setPermissionRequestHandler'> | null): void {
    this.#request = handler ?? undefined;
  }

  setPermissionCheckHandler(handler: HandlerOf<'setPermissionCheckHandler'> | null): void {
    this.#check = handler ?? undefined;
  }

  setDevicePermissionHandler(handler: HandlerOf<'setDevicePermissionHandler'> | null): void {
    this.#device = handler ?? undefined;
  }

  setDisplayMediaRequestHandler(handler: HandlerOf<'setDisplayMediaRequestHandler'> | null): void {
    this.#capture = handler ?? undefined;
  }

  standinRequest(permission: string, from: FrameIdentity): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#request === undefined) resolve(true);
      else
        this.#request(contentsAt(from), permission as 'media', resolve, {
          isMainFrame: from.isMainFrame,
          requestingUrl: from.url,
        });
    });
  }

  standinCheck(permission: string, from: FrameIdentity): boolean {
    return (
      this.#check?.(contentsAt(from), permission as 'media', new URL(from.url).origin, {
        isMainFrame: from.isMainFrame,
        requestingUrl: from.url,
      }) ?? true
    );
  }

  standinDevice(deviceType: string, origin: string): boolean {
    return this.#device?.({ deviceType: deviceType as 'hid', origin, device: {} as never }) ?? true;
  }

  standinCapture(origin: string): Promise<boolean> {
    return new Promise((resolve) => {
      // Without a handler getDisplayMedia fails by itself (docs/api/session.md).
      if (this.#capture === undefined) resolve(false);
      else
        this.#capture({ securityOrigin: origin } as never, (streams) => {
          resolve(streams !== null && 'video' in streams);
        });
    });
  }

  standinDownload(
    url: string,
    fileName: string,
  ): { allowed: boolean; dialog: SaveDialogOptions | undefined } {
    const event = new StandinEvent();
    let dialog: SaveDialogOptions | undefined;
    const item: Pick<DownloadItem, 'getURL' | 'getFilename' | 'setSaveDialogOptions'> = {
      getURL: () => url,
      getFilename: () => fileName,
      setSaveDialogOptions: (options) => {
        dialog = options;
      },
    };
    this.emit('will-download', event, item);
    return { allowed: !event.defaultPrevented, dialog };
  }
}

function contentsAt({ url }: FrameIdentity): ContentsOf {
  const contents: Pick<ContentsOf, 'getURL'> = { getURL: () => url };
  return contents as ContentsOf;
}

export const session = { defaultSession: new StandinSession() };

type Handle = Parameters<Protocol['handle']>[1];

/** Only the schemes that the shell made its own answer; the page has no other way out. */
class StandinProtocol implements Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'> {
  readonly #handlers = new Map<string, Handle>();

  registerSchemesAsPrivileged(schemes: CustomScheme[]): void {
    record('protocol.registerSchemesAsPrivileged', { schemes, ready: app.isReady() });
  }

  handle(scheme: string, handler: Handle): void {
    if (!app.isReady()) throw new Error('protocol.handle works only after the app is ready');
    this.#handlers.set(scheme, handler);
    record('protocol.handle', scheme);
  }

  async standinFetch(
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const handler = this.#handlers.get(new URL(url).protocol.replace(/:$/, ''));
    if (handler === undefined) throw new Error(`net::ERR_UNKNOWN_URL_SCHEME (${url})`);
    // A Request of Node refuses other schemes than http; Electron's has the address as it was asked for.
    const request = new Request('https://standin.invalid/', { method, headers: { ...headers } });
    Object.defineProperty(request, 'url', { value: url });
    const response = await handler(request);
    const answer: Answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers.entries()),
      body: Buffer.from(await response.arrayBuffer()),
    };
    record('answer', { url, status: answer.status, headers: answer.headers });
    return answer;
  }
}

export const protocol = new StandinProtocol();
