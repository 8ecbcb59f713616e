import { describe, expect, it } from 'vitest';
import { changesOf, changeWords } from '../../renderer/features/findings/changes.ts';
import { groupsOf, matching, subjectOf } from '../../renderer/features/findings/groups.ts';
import { countWords, type Finding, type Verdict } from '../../renderer/features/findings/verdicts.ts';

const a = (id: string, verdict: Verdict, more: Partial<Finding> = {}): Finding => ({
  id,
  verdict,
  title: `Title of ${id}`,
  message: `Sentence of ${id}.`,
  ...more,
});

describe('groups of findings', () => {
  it('stand worst first, then in the order of their subjects, and so do the findings in each', () => {
    const groups = groupsOf(
      [
        a('hosts.ssh', 'warn'),
        a('source.owner', 'note'),
        a('source.disks', 'block'),
        a('cloud.roles', 'note'),
        a('server.lock', 'block'),
      ],
      { source: 'compute-a', destination: 'compute-b' },
    );
    expect(groups.map(({ title, host, worst }) => [title, host, worst])).toEqual([
      ['The instance', undefined, 'block'],
      ['Source', 'compute-a', 'block'],
      ['Between the hosts', undefined, 'warn'],
      ['The cloud', undefined, 'note'],
    ]);
    expect(groups[1]?.findings.map(({ finding }) => finding.id)).toEqual(['source.disks', 'source.owner']);
  });

  it('take in ids of any kind, each finding under a name of its own', () => {
    expect(['room', 'constructor.x', '', '__proto__.a'].map(subjectOf)).toEqual(
      Array.from({ length: 4 }, () => 'Other checks'),
    );
    expect(subjectOf('image')).toBe('Image');
    const [group] = groupsOf([a('room', 'note'), a('room', 'block')]);
    expect(group?.findings.map(({ key }) => key)).toEqual(['room 0', 'room 1']);
    expect(groupsOf([])).toEqual([]);
  });

  it('are found by words of title, sentence, id, subject and fix, all of them at once', () => {
    const findings = [a('source.owner', 'block', { fix: 'On a: chown nova: /x' }), a('hosts.ssh', 'pass')];
    const found = (search: string): readonly string[] => matching(findings, search).map(({ id }) => id);
    expect(found('  ')).toHaveLength(2);
    expect(found('CHOWN source')).toEqual(['source.owner']);
    expect(found('between')).toEqual(['hosts.ssh']);
    expect(found('between chown')).toEqual([]);
  });

  it('are counted worst first, without what is none', () => {
    expect(countWords([a('a', 'pass'), a('b', 'block'), a('c', 'warn'), a('d', 'warn')])).toEqual([
      { tone: 'bad', word: '1 that blocks' },
      { tone: 'warn', word: '2 warnings' },
      { tone: 'good', word: '1 in order' },
    ]);
  });
});

describe('what changed since the check before', () => {
  const words = (before: readonly Finding[], now: readonly Finding[]): string =>
    changeWords(changesOf(before, now));

  it('is said in a line, the bad news first', () => {
    const before = [
      a('server.lock', 'block'),
      a('destination.room', 'warn'),
      a('hosts.ssh', 'block'),
      a('hosts.clock', 'warn', { message: '3 s apart.' }),
      a('source.disks', 'pass'),
    ];
    const now = [
      a('server.lock', 'pass'),
      a('destination.room', 'block'),
      a('hosts.ssh', 'note'),
      a('hosts.clock', 'warn', { message: '9 s apart.' }),
      a('source.disks', 'warn'),
    ];
    expect(words(before, now)).toBe(
      'Worse: Title of destination.room (destination). New: Title of source.disks (source). ' +
        'Says something else: Title of hosts.clock. Better: Title of hosts.ssh. ' +
        'Gone: Title of server.lock.',
    );
  });

  it('does not speak of notes with other figures, nor of what is in order', () => {
    const before = [a('image.size', 'note'), a('hosts.ssh', 'pass')];
    const now = [
      a('image.size', 'note', { message: '3 GiB' }),
      a('hosts.ssh', 'pass', { message: 'as ever' }),
    ];
    expect(words(before, now)).toBe('Nothing changed since the check before.');
    expect(words([], [])).toBe('Nothing changed since the check before.');
  });

  it('names few of many, and makes hidden characters seen', () => {
    const many = Array.from({ length: 70 }, (_, index) => a(`hosts.c${String(index)}`, 'warn'));
    expect(words(many, [])).toMatch(/^Gone: (Title of \S+, ){2}Title of \S+ and 67 more\.$/);
    expect(words([], [{ id: 'x\u202e', verdict: 'block', message: '' }])).toBe('New: x\\u{202e}.');
  });
});
