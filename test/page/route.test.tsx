import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hrefOf, readRoute, type Route } from '../../renderer/route.ts';
import { MIGRATION_ID, SERVER_ID } from './support/samples.ts';

const ROUTES: readonly Route[] = [
  { page: 'instances' },
  { page: 'plan', servers: [SERVER_ID] },
  { page: 'plan', servers: [SERVER_ID, MIGRATION_ID] },
  { page: 'migrations' },
  { page: 'migration', id: MIGRATION_ID },
  { page: 'report', id: MIGRATION_ID },
  { page: 'recovery' },
  { page: 'case', id: SERVER_ID },
  { page: 'clouds' },
  { page: 'settings' },
];

describe('route', () => {
  test.each(ROUTES)('$page is read back from its own address', (route) => {
    expect(readRoute(hrefOf(route))).toEqual(route);
  });

  test('ids survive whatever characters they are made of', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        expect(readRoute(hrefOf({ page: 'migration', id }))).toEqual({ page: 'migration', id });
        // Ids of instances are the cloud's; a comma is what stands between two of them.
        if (!id.includes(','))
          expect(readRoute(hrefOf({ page: 'plan', servers: [id, 'b'] }))).toEqual({
            page: 'plan',
            servers: [id, 'b'],
          });
      }),
    );
  });

  test.each(['', '#', '#/', '#/nowhere', '#/plan', '#/plan/', '#/plan/,'])(
    'the address “%s” is the list of instances',
    (hash) => {
      expect(readRoute(hash)).toEqual({ page: 'instances' });
    },
  );

  test('a percent sign typed by hand stands for itself', () => {
    expect(readRoute('#/migrations/100%')).toEqual({ page: 'migration', id: '100%' });
  });
});
