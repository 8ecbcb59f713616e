import { z } from 'zod';
import type { Accepted } from '../../domain/cloud.ts';
import { Failure } from '../../domain/failure.ts';
import type { Log } from '../../domain/ports.ts';
import type { Client, Reply } from './client.ts';
import type { ComputeApi } from './compute-version.ts';
import { computeHeaders, discoverCompute } from './compute-version.ts';
import { readBody } from './read-body.ts';
import { shared } from './shared.ts';
import type { Version } from './version.ts';
import { older } from './version.ts';

export type Query = Readonly<Record<string, string | undefined>>;

/** Calls to Nova in the version that it was found to speak. */
export interface Compute {
  api(signal?: AbortSignal): Promise<ComputeApi>;
  /** @param newest - A version not to go beyond. */
  get<Schema extends z.ZodType>(
    schema: Schema,
    act: string,
    path: string,
    query?: Query,
    newest?: Version,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>>;
  /** All pages of a list. `key` names the list in the body: `servers` with `servers_links`. */
  list<Row extends z.ZodType>(
    row: Row,
    act: string,
    key: string,
    path: string,
    query?: Query,
    newest?: Version,
    signal?: AbortSignal,
  ): Promise<readonly z.output<Row>[]>;
  /** Posts to a server's `action`. Never repeated. */
  post(serverId: string, act: string, body: object, signal?: AbortSignal): Promise<Reply & Accepted>;
}

const Links = z.array(z.object({ rel: z.string(), href: z.string() })).default([]);

export function openCompute(client: Client, log: Log): Compute {
  const found = shared(() => discoverCompute(client));
  const onRefusal = (status: number): void => {
    // The cloud no longer speaks the version it said: it was changed under us, so the next call asks again.
    if (status === 406) found.forget();
  };

  const read = async (
    act: string,
    path: string,
    query: Query,
    newest?: Version,
    signal?: AbortSignal,
  ): Promise<Reply> => {
    const { url, used } = await found.get(signal);
    return await client.call(
      {
        service: 'compute',
        method: 'GET',
        url: `${url}${path}${queryText(query)}`,
        act,
        headers: computeHeaders(newest === undefined ? used : older(used, newest)),
        onRefusal,
      },
      signal,
    );
  };

  return {
    api: (signal) => found.get(signal),
    async get(schema, act, path, query = {}, newest, signal) {
      const { question, answer } = await read(act, path, query, newest, signal);
      return readBody(schema, question, answer);
    },
    async list(row, act, key, path, query = {}, newest, signal) {
      const Page = z.looseObject({ [key]: z.array(row), [`${key}_links`]: Links });
      const rows: z.output<typeof row>[] = [];
      const seen = new Set<string>();
      for (let marker: string | undefined; ;) {
        const { question, answer } = await read(act, path, { ...query, marker }, newest, signal);
        const page = readBody(Page, question, answer);
        rows.push(...(page[key] as z.output<typeof row>[]));
        marker = nextMarker(page[`${key}_links`] as z.output<typeof Links>);
        if (marker === undefined) return rows;
        if (seen.has(marker)) throw turnsInCircles(act, answer.requestId);
        seen.add(marker);
      }
    },
    async post(serverId, act, body, signal) {
      const { url, used } = await found.get(signal);
      const path = `/servers/${encodeURIComponent(serverId)}/action`;
      log({
        level: 'info',
        message: `Asking the cloud to ${act}`,
        command: `POST ${url}${path} ${JSON.stringify(body)}`,
      });
      const reply = await client.call(
        {
          service: 'compute',
          method: 'POST',
          url: `${url}${path}`,
          act,
          headers: computeHeaders(used),
          body,
          onRefusal,
        },
        signal,
      );
      return { ...reply, requestId: reply.answer.requestId };
    },
  };
}

/** Only the marker of the link is used: behind a proxy its address is often one that we cannot reach. */
function nextMarker(links: z.output<typeof Links>): string | undefined {
  const href = links.find((link) => link.rel === 'next')?.href;
  if (href === undefined) return undefined;
  return new URLSearchParams(href.slice(href.indexOf('?') + 1)).get('marker') ?? undefined;
}

function queryText(query: Query): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function turnsInCircles(act: string, requestId: string | undefined): Failure {
  return new Failure('cloud.bad-answer', `Could not ${act}: the pages of the list turn in circles.`, {
    ...(requestId !== undefined && { requestId }),
  });
}
