/* global window */
import { crossWorld } from './cross-world.js';

/** The world of the page: what the preload script exposes appears on `window`, and cannot be replaced. */
export function pageWorld() {
  if (window !== window.top) return;
  crossWorld('page', 'preload').onExposed((name, value) => {
    if (name in window) return;
    Object.defineProperty(window, name, { value: Object.freeze(value), enumerable: true });
  });
}
