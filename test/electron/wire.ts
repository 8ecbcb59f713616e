/** Questions and answers between two processes, over Node's own channel. What is thrown there is thrown here, by its words. */

type Call = (input: never) => unknown;
export type Calls = Readonly<Record<string, Call>>;
type Answers<C extends Calls> = { readonly [K in keyof C]: (input: Parameters<C[K]>[0]) => unknown };

type Packet =
  | { readonly kind: 'ask'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

export interface Channel {
  send(packet: unknown): void;
  listen(take: (packet: unknown) => void): void;
}

export interface Wire<Theirs extends Calls> {
  ask<K extends keyof Theirs & string>(
    name: K,
    input: Parameters<Theirs[K]>[0],
  ): Promise<Awaited<ReturnType<Theirs[K]>>>;
  /** Fails everything that still waits for an answer: the other side is gone. */
  cut(why: string): void;
}

export function connect<Theirs extends Calls, Ours extends Calls>(
  channel: Channel,
  answers: Answers<Ours>,
): Wire<Theirs> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  let cutBecause: string | undefined;

  const answer = async (id: number, name: string, input: unknown): Promise<Packet> => {
    const call: ((input: never) => unknown) | undefined = Object.hasOwn(answers, name)
      ? answers[name]
      : undefined;
    try {
      if (call === undefined) throw new Error(`nobody answers ${name}`);
      return { kind: 'done', id, value: await call(input as never) };
    } catch (error) {
      return { kind: 'failed', id, message: error instanceof Error ? error.message : String(error) };
    }
  };
  channel.listen((received) => {
    const packet = received as Packet;
    if (packet.kind === 'ask') {
      void answer(packet.id, packet.name, packet.input).then((said) => {
        if (cutBecause === undefined) channel.send(said);
      });
      return;
    }
    const waiter = waiting.get(packet.id);
    waiting.delete(packet.id);
    if (packet.kind === 'done') waiter?.resolve(packet.value);
    else waiter?.reject(new Error(packet.message));
  });
  return {
    ask(name, input) {
      if (cutBecause !== undefined) return Promise.reject(new Error(cutBecause));
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve, reject });
        channel.send({ kind: 'ask', id, name, input } satisfies Packet);
      });
    },
    cut(why) {
      cutBecause = why;
      for (const waiter of waiting.values()) waiter.reject(new Error(why));
      waiting.clear();
    },
  };
}
