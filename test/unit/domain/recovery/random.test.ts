import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InstanceDirectory } from '../../../../main/domain/host.ts';
import type { Action } from '../../../../main/domain/recovery/action.ts';
import { openCase } from '../../../../main/domain/recovery/case-file.ts';
import { RULES } from '../../../../main/domain/recovery/catalogue.ts';
import { clocksOf } from '../../../../main/domain/recovery/clocks.ts';
import { describeAction } from '../../../../main/domain/recovery/describe.ts';
import { diagnose, offers, whyNot } from '../../../../main/domain/recovery/diagnose.ts';
import type { Evidence } from '../../../../main/domain/recovery/evidence.ts';
import { refusalsOf } from '../../../../main/domain/recovery/interlocks.ts';
import { isProvenBefore } from '../../../../main/domain/recovery/proof.ts';
import { EPHEMERAL_BASE, HOSTS, randomEvidence } from '../../../support/random-evidence.ts';
import { BASE, HOME, ids, RESIZE } from '../../../support/recovery-evidence.ts';
import { after } from '../../../support/recovery-simulator.ts';

/** What must hold of every evidence. fast-check prints the seed and the smallest evidence that breaks it. */
const RUNS = { numRuns: 1500 };

/** Every action that could be asked for, whether a rule offers it or not. */
const ACTIONS: readonly Action[] = [
  { kind: 'revert' },
  { kind: 'confirm' },
  { kind: 'reset-state', to: 'active' },
  { kind: 'reset-state', to: 'error' },
  { kind: 'stop' },
  { kind: 'start' },
  { kind: 'hard-reboot' },
  ...HOSTS.flatMap((host): readonly Action[] => [
    { kind: 'put-back', host },
    { kind: 'undefine', host },
    { kind: 'set-aside', host, path: HOME },
    { kind: 'set-aside', host, path: RESIZE },
    { kind: 'set-aside', host, path: '/etc' },
    { kind: 'make-swap', host, name: 'disk.swap', sizeBytes: 1 },
    { kind: 'bring-base', from: host, to: 'hostA', path: BASE },
    { kind: 'bring-base', from: host, to: 'hostB', path: EPHEMERAL_BASE },
  ]),
];

interface Told {
  readonly name: string;
  readonly directory: InstanceDirectory | undefined;
  readonly resize: InstanceDirectory | undefined;
  readonly domain: string;
  readonly copies: number;
}

function told(of: Evidence): readonly Told[] {
  return of.sides.flatMap(({ name, told: side }) => {
    if (!side.known) return [];
    const { instance, trouble } = side.value;
    const { directory, resizeDirectory: resize, domain } = instance;
    return [{ name, directory, resize, domain, copies: trouble.copies.length }];
  });
}

/** Said again here on purpose, in other words than the code under test has it. */
function isGood(directory: InstanceDirectory | undefined): directory is InstanceDirectory {
  if (directory === undefined || !directory.disks.some(({ name }) => name === 'disk')) return false;
  return directory.disks.every(
    ({ problem, chain }) => problem === undefined && chain.at(-1)?.backingPath === undefined,
  );
}

function allowed(of: Evidence): readonly Action[] {
  const all = diagnose(of);
  const asked = [...ACTIONS, ...all.flatMap(({ steps }) => steps)];
  return asked
    .filter(({ kind }) => kind !== 'by-hand')
    .filter((action) => whyNot(of, action, all).length === 0);
}

function holds(check: (of: Evidence) => void): void {
  fc.assert(fc.property(randomEvidence, check), RUNS);
}

test('whatever was read, it is diagnosed, described and timed without an error', () => {
  holds((of) => {
    const file = openCase(of);
    clocksOf(of);
    for (const { verdict, because, steps, confidence, wouldTell } of diagnose(of)) {
      expect(verdict).toMatch(/^[\p{Lu}\p{L}“].*\.$/su);
      expect(`${verdict} ${because.join(' ')}`).not.toMatch(/undefined|NaN|\[object/);
      expect(wouldTell !== undefined).toBe(confidence === 'open');
      for (const step of steps)
        expect(JSON.stringify(describeAction(step, file))).not.toMatch(/undefined|NaN/);
    }
  });
});

test('no step is offered that an interlock, or anything that is diagnosed, forbids', () => {
  holds((of) => {
    const all = diagnose(of);
    for (const diagnosis of all)
      for (const { action, refusals } of offers(of, diagnosis, all)) {
        if (refusals.length > 0) continue;
        expect(refusalsOf(openCase(of), action)).toEqual([]);
        const never = all.flatMap(({ rule }) => rule.never.flatMap(({ kinds }) => kinds));
        expect(never).not.toContain(action.kind);
        // Nor is it written out for a person to do.
        if (action.kind === 'by-hand' && never.includes('confirm'))
          expect(action.commands.join('\n')).not.toContain('migration confirm');
      }
  });
});

test('nothing is changed while it is copied, runs twice, is locked, is Coldhaul’s own, or a host does not tell', () => {
  holds((of) => {
    const hosts = told(of);
    const isHeld =
      hosts.some(({ copies }) => copies > 0) ||
      hosts.some(({ domain }) => domain === 'unknown') ||
      hosts.filter(({ domain }) => domain === 'running' || domain === 'paused').length > 1 ||
      of.sides.some((side) => !side.told.known) ||
      of.server.locked === true ||
      of.own.some(({ isOpen }) => isOpen);
    if (isHeld) expect(allowed(of).filter(({ kind }) => kind !== 'compare')).toEqual([]);
  });
});

test('a confirm needs a proof, and disks of which every one was read and is equal', () => {
  holds((of) => {
    if (!allowed(of).some(({ kind }) => kind === 'confirm')) return;
    expect(of.server.status).toBe('VERIFY_RESIZE');
    expect(isProvenBefore(openCase(of))).toBe(true);
    const [move] = of.records.filter(({ type }) => type !== 'other');
    const from = told(of).find(({ name }) => name === move?.sourceCompute);
    for (const disk of (from?.resize ?? from?.directory)?.disks ?? []) {
      if (disk.role === 'swap') continue;
      const made = of.comparisons.filter(
        ({ sourcePath, destinationPath }) =>
          sourcePath === disk.path && destinationPath === `${HOME}/${disk.name}`,
      );
      const newestMs = Math.max(...made.map(({ atMs }) => atMs));
      expect(made.filter(({ atMs }) => atMs === newestMs).some(({ equal }) => equal)).toBe(true);
    }
  });
});

test('what is set aside is never the only whole copy, nor what Nova starts from', () => {
  holds((of) => {
    const hosts = told(of);
    for (const action of allowed(of)) {
      if (action.kind !== 'set-aside') continue;
      const host = hosts.find(({ name }) => name === action.host);
      const target = action.path === HOME ? host?.directory : host?.resize;
      expect(target).toBeDefined();
      expect(['running', 'paused']).not.toContain(host?.domain);
      const isLocal = openCase(of).hasRoot;
      const hasRoot = target?.disks.some(({ name }) => name === 'disk') === true;
      if (!isLocal || !hasRoot) continue;
      expect(action.path === HOME && action.host === of.server.host).toBe(false);
      const others = hosts
        .flatMap(({ directory, resize }) => [directory, resize])
        .filter((each) => each !== target);
      expect(others.some(isGood)).toBe(true);
    }
  });
});

test('a name is put back only where it is free and Nova looks for it', () => {
  holds((of) => {
    for (const action of allowed(of)) {
      if (action.kind !== 'put-back') continue;
      const host = told(of).find(({ name }) => name === action.host);
      expect([host?.directory, host?.resize === undefined]).toEqual([undefined, false]);
      expect(of.server.host).toBe(action.host);
      expect(of.server.status).not.toBe('VERIFY_RESIZE');
      expect(told(of).filter(({ domain }) => domain === 'running' || domain === 'paused')).toEqual([]);
    }
  });
});

test('nothing is started but from whole disks in their place, and never a second time', () => {
  holds((of) => {
    if (!allowed(of).some(({ kind }) => kind === 'start' || kind === 'hard-reboot')) return;
    const home = told(of).find(({ name }) => name === of.server.host);
    if (openCase(of).hasRoot) expect(isGood(home?.directory)).toBe(true);
    expect(home?.resize).toBeUndefined();
    const elsewhere = told(of).filter(({ name }) => name !== of.server.host);
    expect(elsewhere.filter(({ domain }) => domain === 'running' || domain === 'paused')).toEqual([]);
  });
});

test('a revert goes back to whole disks only, and removes nothing that Nova does not know of', () => {
  holds((of) => {
    if (!allowed(of).some(({ kind }) => kind === 'revert')) return;
    const { source, hasRoot } = openCase(of);
    if (hasRoot) expect(isGood(source?.instance.resizeDirectory)).toBe(true);
    expect(source?.instance.directory).toBeUndefined();
  });
});

test('a state is never reset in VERIFY_RESIZE, nor where Nova would look for disks in vain', () => {
  holds((of) => {
    if (!allowed(of).some(({ kind }) => kind === 'reset-state')) return;
    expect(of.server.status).not.toBe('VERIFY_RESIZE');
    const home = told(of).find(({ name }) => name === of.server.host);
    if (openCase(of).hasRoot) expect(isGood(home?.directory)).toBe(true);
    expect(home?.resize).toBeUndefined();
  });
});

test('a domain is forgotten only where it is off and Nova does not look for it', () => {
  holds((of) => {
    for (const action of allowed(of)) {
      if (action.kind !== 'undefine') continue;
      expect(told(of).find(({ name }) => name === action.host)?.domain).toBe('shut off');
      expect(of.server.host).not.toBe(action.host);
    }
  });
});

test('an ephemeral base comes from the host where the disk was written, and nothing is written over', () => {
  holds((of) => {
    for (const action of allowed(of)) {
      if (action.kind === 'make-swap')
        expect(
          told(of)
            .find(({ name }) => name === action.host)
            ?.directory?.disks.map(({ name }) => name),
        ).not.toContain('disk.swap');
      if (action.kind !== 'bring-base') continue;
      expect(action.from).not.toBe(action.to);
      if (action.path === EPHEMERAL_BASE) expect(openCase(of).source?.name).toBe(action.from);
    }
  });
});

test('no copy is called proven that is not', () => {
  holds((of) => {
    if (isProvenBefore(openCase(of))) return;
    for (const { verdict, because } of diagnose(of))
      expect([verdict, ...because].join(' ')).not.toMatch(/\b(?:is|was|are|were) (?:\w+ )?proven/);
  });
});

test('what is certain is said as such', () => {
  holds((of) => {
    for (const { confidence, verdict } of diagnose(of))
      if (confidence === 'certain')
        expect(verdict).not.toMatch(/looks like|seems|probably|perhaps|is not known/);
  });
});

test('a named good copy is a whole directory, and is called proven only with a proof', () => {
  holds((of) => {
    const file = openCase(of);
    const all = told(of).flatMap(({ name, directory, resize }) =>
      [directory, resize].flatMap((each) => (isGood(each) ? [{ host: name, path: each.path }] : [])),
    );
    for (const { goodCopy } of diagnose(of)) {
      if (!file.hasRoot) expect(goodCopy).toBeUndefined();
      if (goodCopy === 'both') expect([isProvenBefore(file), all.length >= 2]).toEqual([true, true]);
      if (goodCopy === 'none whole') expect(all).toEqual([]);
      if (typeof goodCopy !== 'object') continue;
      const { host, path, how } = goodCopy;
      expect(all).toContainEqual({ host, path });
      if (how === 'proven') expect(isProvenBefore(file)).toBe(true);
      if (how === 'the only whole one') expect(all).toHaveLength(1);
      if (how === 'by comparison') expect(of.comparisons.some(({ equal }) => !equal)).toBe(true);
    }
  });
});

test('no two diagnoses of one case name different good copies', () => {
  holds((of) => {
    const named = diagnose(of).flatMap(({ goodCopy }) =>
      typeof goodCopy === 'object' ? [`${goodCopy.host} ${goodCopy.path}`] : [],
    );
    expect(new Set(named).size).toBeLessThan(2);
  });
});

test('no good copy is named where two guests run', () => {
  holds((of) => {
    const running = told(of).filter(({ domain }) => domain === 'running' || domain === 'paused');
    if (running.length < 2) return;
    for (const { goodCopy } of diagnose(of)) expect(typeof goodCopy).not.toBe('object');
  });
});

test('one step after the other comes to an end, whatever was read, and whatever a comparison says', () => {
  fc.assert(
    fc.property(randomEvidence, fc.boolean(), (from, areEqual) => {
      let of = from;
      for (let steps = 0; steps < 14; steps += 1) {
        const all = diagnose(of);
        const [next] = all
          .flatMap((diagnosis) => offers(of, diagnosis, all))
          .filter(({ action, refusals }) => action.kind !== 'by-hand' && refusals.length === 0);
        if (next === undefined) return;
        of = after(of, next.action, areEqual);
      }
      expect(ids(of)).toEqual(['nothing that would go on for ever']);
    }),
    RUNS,
  );
});

test('every rule is met, so that none of this holds for want of a case', () => {
  const met = new Set<string>();
  const kinds = new Set<string>();
  fc.assert(
    fc.property(randomEvidence, (of) => {
      for (const { rule } of diagnose(of)) met.add(rule.id);
      for (const { kind } of allowed(of)) kinds.add(kind);
    }),
    { numRuns: 5000, seed: 7 },
  );
  const around = ['ports', 'volumes', 'no-backing-format', 'nothing-happened'];
  expect(RULES.map(({ id }) => id).filter((id) => !met.has(id) && !around.includes(id))).toEqual([]);
  expect([...new Set(ACTIONS.map(({ kind }) => kind))].filter((kind) => !kinds.has(kind))).toEqual([]);
});
