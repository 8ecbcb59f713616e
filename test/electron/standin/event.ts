/** What an Electron event has in common: a listener may prevent what would follow. */
export class StandinEvent {
  defaultPrevented = false;

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}
