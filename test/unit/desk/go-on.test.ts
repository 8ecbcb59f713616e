import { expect, test } from 'vitest';
import type { MigrationView } from '../../../main/contract/views.ts';
import { createGoOn } from '../../../main/desk/go-on.ts';
import { Failure } from '../../../main/domain/failure.ts';
import type { Engine } from '../../../main/engine/compose.ts';
import { AT_REST, migrationView } from '../../../main/engine/views.ts';
import { migration, plan } from '../../support/samples.ts';

const OVER = { code: 'cloud.credentials', message: 'the password is not taken any more' };

function stopped(id: string, more: Partial<MigrationView> = {}): MigrationView {
  const view = migrationView(migration([], plan()), AT_REST);
  return {
    ...view,
    id,
    cloud: 'a',
    interrupted: OVER,
    enteredAtMs: { planned: 1, stopping: 2, copying: 3 },
    ...more,
  };
}

function bench(views: readonly MigrationView[], fail?: Failure) {
  const resumed: string[] = [];
  const said: string[] = [];
  const engine = {
    handlers: {
      'migration.resume': ({ id }: { id: string }) => {
        resumed.push(id);
        return fail === undefined ? Promise.resolve() : Promise.reject(fail);
      },
    },
  } as unknown as Engine;
  const goOn = createGoOn(
    { told: () => views },
    { use: (_, work) => work(engine) },
    (message) => void said.push(message),
  );
  return { goOn, resumed, said };
}

test('what stopped for want of a login, with its instance off, goes on when there is one', () => {
  const at = bench([
    stopped('off'),
    stopped('still on', { enteredAtMs: { planned: 1, staging: 2 } }),
    stopped('elsewhere', { cloud: 'b' }),
    stopped('driven', { active: true }),
    stopped('another reason', { interrupted: { code: 'host.unreachable', message: 'gone' } }),
  ]);
  at.goOn('a');
  expect(at.resumed).toEqual(['off']);
  expect(at.said).toEqual([expect.stringContaining('there is a login for a again')]);
});

test('one that does not go on says why', async () => {
  const at = bench([stopped('off')], new Failure('journal.locked', 'another Coldhaul drives it'));
  at.goOn('a');
  await expect.poll(() => at.said.at(-1)).toContain('another Coldhaul drives it');
});

test('a login that is told twice resumes once', () => {
  const at = bench([stopped('off')]);
  at.goOn('a');
  at.goOn('a');
  expect(at.resumed).toEqual(['off']);
  expect(at.said).toHaveLength(1);
});
