import { describe, expect, it } from 'vitest';
import { commandGroups, commandsText } from '../../renderer/features/plan/commands.ts';
import { destinations } from '../../renderer/features/plan/destinations.ts';
import { comparison, shares } from '../../renderer/features/plan/downtime-words.ts';
import { startLabel, startRefusal } from '../../renderer/features/plan/readiness.ts';
import { totalsOf } from '../../renderer/features/plan/totals.ts';
import { without } from './support/without.ts';
import { aDisk, aHost, anInstance, aPlan, GIB, NOW_MS } from './support/samples.ts';

describe('destinations', () => {
  const refusals = (...hosts: readonly ReturnType<typeof aHost>[]): readonly (string | undefined)[] =>
    destinations(hosts, [anInstance()]).map(({ refused }) => refused);

  it('refuse the source, what is down or disabled, and what has too little room, each with its reason', () => {
    expect(refusals(aHost('compute-a'))).toEqual(['The source itself']);
    expect(refusals(aHost('b', { state: 'down' }))).toEqual(['Its compute service is down']);
    expect(refusals(aHost('b', { status: 'disabled', disabledReason: 'new disks' }))).toEqual([
      'Disabled: new disks',
    ]);
    expect(refusals(aHost('b', { diskGib: { capacity: 100, used: 90 } }))).toEqual([
      'Too little room: Nova books 20 GiB, 10 GiB are left',
    ]);
  });

  it('refuse by what is really free where the hosts were read', () => {
    const full = aHost('b', { onHost: { freeBytes: 2 * GIB, totalBytes: 100 * GIB, transport: 'rsync' } });
    expect(destinations([full], [anInstance({ disks: [aDisk()] })])[0]?.refused).toBe(
      'Too little room: 5 GiB are needed, 2 GiB are free',
    );
  });

  it('put the one with most room and least load first and recommend it, never a refused one', () => {
    const rows = destinations(
      [
        aHost('compute-a'),
        aHost('busy', { ramMib: { capacity: 100, used: 99 } }),
        aHost('empty', { diskGib: { capacity: 1000, used: 0 } }),
      ],
      [anInstance()],
    );
    expect(rows.map(({ host }) => host.name)).toEqual(['empty', 'busy', 'compute-a']);
    expect(rows.map(({ recommended }) => recommended)).toEqual([true, false, false]);
    expect(destinations([aHost('compute-a')], [anInstance()])[0]?.recommended).toBe(false);
  });

  it('need the room of all instances together, and nothing where nothing is known', () => {
    const small = aHost('b', { diskGib: { capacity: 100, used: 70 } });
    const two = [anInstance(), anInstance({ id: 'two', name: 'web-02' })];
    expect(destinations([small], two)[0]?.refused).toContain('Nova books 40 GiB');
    const unknown = without(aHost('b'), 'diskGib', 'ramMib', 'vcpus');
    expect(destinations([unknown], two)[0]).toMatchObject({ refused: undefined, freeGib: undefined });
  });
});

describe('readiness', () => {
  const made = (more: Parameters<typeof aPlan>[0], acknowledged: readonly string[] = []) =>
    ({ state: 'made', plan: aPlan(more), acknowledged }) as const;
  const warn = { id: 'image.gone', verdict: 'warn', message: 'The image is gone.' } as const;

  it('refuses a start with the reason until everything is in order', () => {
    expect(startRefusal(made({}), NOW_MS)).toBeUndefined();
    expect(startRefusal(undefined, NOW_MS)).toBe('Make the plan first.');
    expect(startRefusal(made({ findings: [{ ...warn, verdict: 'block' }] }), NOW_MS)).toBe(
      'One finding blocks it.',
    );
    expect(startRefusal(made({ findings: [warn] }), NOW_MS)).toBe('One warning is not acknowledged yet.');
    expect(startRefusal(made({ findings: [warn] }, ['image.gone']), NOW_MS)).toBeUndefined();
  });

  it('does not start a plan while its checks run again, nor when they could not', () => {
    expect(startRefusal({ ...made({}), checking: 'ask' }, NOW_MS)).toBe('It is being checked again.');
    const unchecked = { ok: false, code: 'host.unreachable', message: 'no answer' } as const;
    expect(startRefusal({ ...made({}), unchecked }, NOW_MS)).toBe('It could not be checked again.');
  });

  it('does not start a plan of more than 30 minutes', () => {
    expect(startRefusal(made({}), NOW_MS + 30 * 60_000)).toBeUndefined();
    expect(startRefusal(made({}), NOW_MS + 30 * 60_000 + 1)).toContain('older than 30 minutes');
  });

  it('names what the button will do', () => {
    const running = aPlan();
    const off = aPlan({ server: { ...running.server, running: false } });
    expect(startLabel([running], 'compute-b')).toBe('Start: stop web-01 and move it to compute-b');
    expect(startLabel([off], 'compute-b')).toBe('Start: move web-01 to compute-b');
    expect(startLabel([running, running], 'b')).toBe('Start: stop and move 2 instances to b');
    expect(startLabel([running, off], 'b')).toBe('Start: move 2 instances to b, stopping 1 of them');
    expect(startLabel([off, off], 'b')).toBe('Start: move 2 instances to b');
  });
});

describe('figures of plans', () => {
  it('add up, and say how many could not be measured', () => {
    const unmeasured = without(aPlan({ bytesToStage: GIB }), 'downtime');
    expect(totalsOf([aPlan(), unmeasured])).toEqual({
      bytesToMove: 10 * GIB,
      bytesToStage: GIB,
      longestSeconds: 75,
      unmeasured: 1,
    });
    expect(totalsOf([]).longestSeconds).toBeUndefined();
  });

  it('compare both predictions on one scale', () => {
    const ours = { seconds: 60, parts: [{ name: 'copy', seconds: 60 }] };
    const nova = { seconds: 120, parts: [{ name: 'copy', seconds: 120 }] };
    expect(shares(ours, 120)).toEqual([{ name: 'copy', percent: 50 }]);
    expect(shares({ seconds: 0, parts: [{ name: 'copy', seconds: 0 }] }, 0)[0]?.percent).toBe(0);
    expect(comparison(ours, nova)).toBe('1 min 00 s shorter than Nova’s own way.');
    expect(comparison(nova, ours)).toContain('longer than Nova’s own way');
    expect(comparison(undefined, nova)).toBeUndefined();
  });

  it('group commands by phase, in their order', () => {
    const commands = [
      { phase: 'stopping', where: 'cloud', command: 'openstack server stop x' },
      { phase: 'copying', where: 'compute-a', command: 'rsync a' },
      { phase: 'copying', where: 'compute-a', command: 'rsync b' },
    ];
    expect(commandGroups(commands).map(({ title, commands: group }) => [title, group.length])).toEqual([
      ['Stop', 1],
      ['Copy', 2],
    ]);
    expect(commandsText(commands)).toBe(
      '# Stop\n# at the cloud:\nopenstack server stop x\n\n# Copy\n# on compute-a:\nrsync a\n# on compute-a:\nrsync b\n',
    );
  });
});
