import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createProgress, type Progress } from '../../main/cli/progress.ts';
import { diskView, fakeStream, migrationView } from '../support/cli-view.ts';

const MIB = 1024 ** 2;
const { id } = migrationView();

function sample(progress: Progress, atMs: number, mib: number, disk = 'disk'): void {
  progress.samples([{ migration: id, disk, atMs, bytesDone: mib * MIB }]);
}

describe('on a terminal', () => {
  /** What was drawn last, without the orders to the terminal. */
  function terminal(): {
    readonly progress: Progress;
    readonly drawn: () => string;
    readonly raw: () => string;
  } {
    const { stream, take } = fakeStream(120);
    return { progress: createProgress(stream), drawn: () => stripVTControlCharacters(take()), raw: take };
  }

  test('a line a disk has bar, share, bytes, rate and time left', () => {
    const { progress, drawn } = terminal();
    progress.migration(migrationView());
    expect(drawn()).toMatch(
      /^web: copying\n.*web {2}compute-a -> compute-b {2}copying\n {2}disk +░{24} +0 % /s,
    );
    sample(progress, 0, 0);
    drawn();
    sample(progress, 1000, 256);
    expect(drawn()).toMatch(/disk +█{6}░{18} +25 % +256 MiB of 1\.00 GiB +256 MiB\/s +3 s left/);
  });

  test('without a rate there is a word and no time; what is finished has a full bar', () => {
    const { progress, drawn } = terminal();
    progress.migration(migrationView({ disks: [diskView({ state: 'waiting' })] }));
    expect(drawn()).toMatch(/0 % .* waiting\n$/);
    progress.migration(migrationView({ disks: [diskView({ state: 'verified', bytesDone: 5 })] }));
    expect(drawn()).toMatch(/█{24} 100 % +1\.00 GiB of 1\.00 GiB +verified\n$/);
  });

  test('a count beyond the size, and a size of nothing, draw a full bar and no more', () => {
    const { progress, drawn } = terminal();
    progress.migration(migrationView());
    drawn();
    sample(progress, 0, 2048);
    expect(drawn()).toMatch(/ █{24} 100 % +1\.00 GiB of 1\.00 GiB/);
    progress.migration(migrationView({ disks: [diskView({ name: 'empty', bytesTotal: 0 })] }));
    expect(drawn()).toMatch(/empty +█{24} 100 %/);
  });

  test('what Nova makes new has no bar', () => {
    const { progress, drawn } = terminal();
    const disks = [diskView({ name: 'disk.swap', state: 'remade by Nova', strategy: 'remake' })];
    progress.migration(migrationView({ disks }));
    expect(drawn()).toMatch(/disk\.swap +made new by Nova/);
  });

  test('it is drawn in place: a second drawing takes the first away', () => {
    const { progress, raw } = terminal();
    progress.migration(migrationView());
    sample(progress, 0, 1);
    raw();
    sample(progress, 1000, 2);
    expect(raw()).toContain('\u001b[');
    progress.line('a word between');
    expect(stripVTControlCharacters(raw())).toMatch(/^a word between\nweb {2}compute-a/);
  });

  test('names from the cloud drive no terminal', () => {
    const { progress, raw } = terminal();
    progress.migration(migrationView({ server: { id: 'x', name: 'a\u001b]0;owned\u0007b', running: true } }));
    expect(raw()).not.toContain('\u001b]0;');
  });
});

describe('elsewhere', () => {
  test('plain lines: each phase once, each disk every five seconds, nothing that drives a terminal', () => {
    const { stream, take } = fakeStream();
    const progress = createProgress(stream);
    progress.migration(migrationView());
    progress.migration(migrationView());
    expect(take()).toBe('web: copying\n');
    sample(progress, 100_000, 0);
    expect(take()).toMatch(/^disk +░{24} +0 % .*copying\n$/);
    sample(progress, 104_999, 500);
    expect(take()).toBe('');
    sample(progress, 105_000, 512);
    expect(take()).toMatch(/^disk +█{12}░{12} +50 % +512 MiB of 1\.00 GiB +\d+ MiB\/s +\d+ s left\n$/);
    progress.line('a word');
    progress.migration(migrationView({ phase: 'verifying' }));
    progress.stop();
    expect(take()).toBe('a word\nweb: verifying\n');
  });

  test('two disks have a line each; a disk or a migration that nobody told of has none', () => {
    const { stream, take } = fakeStream();
    const progress = createProgress(stream);
    progress.migration(migrationView({ disks: [diskView(), diskView({ name: 'disk.eph0' })] }));
    take();
    sample(progress, 100_000, 1);
    sample(progress, 100_000, 1, 'disk.eph0');
    sample(progress, 100_000, 1, 'other');
    expect(take().match(/^disk(\.eph0)? /gm)).toEqual(['disk ', 'disk.eph0 ']);
  });
});
