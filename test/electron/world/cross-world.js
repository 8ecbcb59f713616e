/* global window, CustomEvent */
// Stands in for contextBridge between two worlds of one page: values are copied, functions become proxies that are
// called at once, promises settle later. Both worlds hear the same DOM events and share nothing else.

export function crossWorld(us, them) {
  const functions = new Map();
  const waiting = new Map();
  const results = [];
  let last = 0;

  const send = (packet) =>
    window.dispatchEvent(new CustomEvent(`standin-to-${them}`, { detail: JSON.stringify(packet) }));

  function encode(value) {
    if (value === undefined) return { $: 'undefined' };
    if (value === null || typeof value !== 'object') {
      if (typeof value !== 'function') return value;
      last += 1;
      functions.set(last, value);
      return { $: 'function', id: last };
    }
    if (typeof value.then === 'function') {
      last += 1;
      const id = last;
      value.then(
        (settled) => send({ kind: 'settled', id, value: encode(settled) }),
        (error) => send({ kind: 'settled', id, error: String(error?.message ?? error) }),
      );
      return { $: 'promise', id };
    }
    if (Array.isArray(value)) return value.map(encode);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encode(inner)]));
  }

  function decode(value) {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(decode);
    if (value.$ === 'undefined') return undefined;
    if (value.$ === 'function') return (...words) => call(value.id, words);
    if (value.$ === 'promise')
      return new Promise((resolve, reject) => waiting.set(value.id, { resolve, reject }));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
  }

  /** The other world answers while the event is dispatched. */
  function call(id, words) {
    send({ kind: 'call', id, words: words.map(encode) });
    const result = results.pop();
    if (result === undefined) throw new Error('the other world does not answer');
    if (result.error !== undefined) throw new Error(result.error);
    return decode(result.value);
  }

  const take = {
    call({ id, words }) {
      try {
        send({ kind: 'result', value: encode(functions.get(id)(...words.map(decode))) });
      } catch (error) {
        send({ kind: 'result', error: String(error?.message ?? error) });
      }
    },
    result: (packet) => results.push(packet),
    settled({ id, value, error }) {
      const waiter = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) waiter.resolve(decode(value));
      else waiter.reject(new Error(error));
    },
    exposed: ({ name, value }) => exposed?.(name, decode(value)),
    ready: () => ready?.(),
  };
  let exposed;
  let ready;
  window.addEventListener(`standin-to-${us}`, ({ detail }) => {
    const packet = JSON.parse(detail);
    take[packet.kind](packet);
  });
  return {
    expose: (name, value) => send({ kind: 'exposed', name, value: encode(value) }),
    /** The page's world listens; whichever of the two begins first. */
    onReady(told) {
      ready = told;
    },
    onExposed(told) {
      exposed = told;
      send({ kind: 'ready' });
    },
  };
}
