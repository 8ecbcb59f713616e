import { rank, worstFirst, type Finding, type Verdict } from './verdicts.ts';

/** Subjects by the first part of a finding's id, in the order in which one would think of them. */
const SUBJECTS = {
  cloud: 'The cloud',
  server: 'The instance',
  disks: 'Disks',
  bases: 'Bases',
  image: 'Image',
  source: 'Source',
  destination: 'Destination',
  hosts: 'Between the hosts',
  host: 'The host',
} as const satisfies Readonly<Record<string, string>>;

/** What has no subject of its own, as in journals of older versions. */
const OTHER = 'Other checks';
const ORDER: readonly string[] = [...Object.values(SUBJECTS), OTHER];

/** Findings about one subject. */
export interface FindingGroup {
  readonly title: string;
  /** Name of the host, where the subject is one. */
  readonly host: string | undefined;
  readonly worst: Verdict;
  /** Worst first. */
  readonly findings: readonly KeyedFinding[];
}

/** A finding with a name of its own, which stays when the checks run again. */
export interface KeyedFinding {
  readonly key: string;
  readonly finding: Finding;
}

export interface MoveHosts {
  readonly source: string;
  readonly destination: string;
}

/** Findings by subject: the worst subject first, and in each the worst finding. */
export function groupsOf(findings: readonly Finding[], hosts?: MoveHosts): readonly FindingGroup[] {
  const groups = new Map<string, KeyedFinding[]>();
  for (const keyed of withKeys(worstFirst(findings))) {
    const title = subjectOf(keyed.finding.id);
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [keyed]);
    else group.push(keyed);
  }
  return [...groups]
    .map(([title, found]) => ({
      title,
      host: hostOf(title, hosts),
      worst: found[0]?.finding.verdict ?? 'pass',
      findings: found,
    }))
    .sort(
      (left, right) =>
        rank(left.worst) - rank(right.worst) || ORDER.indexOf(left.title) - ORDER.indexOf(right.title),
    );
}

export function subjectOf(id: string): string {
  const [first = ''] = id.split('.', 1);
  return isSubject(first) ? SUBJECTS[first] : OTHER;
}

/** Those that have all these words somewhere: in title, sentence, id, subject or what to do. */
export function matching(findings: readonly Finding[], search: string): readonly Finding[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return findings;
  return findings.filter(({ id, title, message, fix }) => {
    const text = [id, title, message, fix, subjectOf(id)].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

function isSubject(word: string): word is keyof typeof SUBJECTS {
  return Object.hasOwn(SUBJECTS, word);
}

function hostOf(title: string, hosts: MoveHosts | undefined): string | undefined {
  if (title === SUBJECTS.source) return hosts?.source;
  return title === SUBJECTS.destination ? hosts?.destination : undefined;
}

function withKeys(findings: readonly Finding[]): readonly KeyedFinding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const before = seen.get(finding.id) ?? 0;
    seen.set(finding.id, before + 1);
    return { key: `${finding.id} ${String(before)}`, finding };
  });
}
