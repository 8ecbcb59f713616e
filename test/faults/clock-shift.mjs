// `node --import`: the clock of this process is wrong by as many milliseconds as the file in COLDHAUL_TEST_CLOCK says.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const file = process.env['COLDHAUL_TEST_CLOCK'] ?? '';
const RealDate = Date;
const LOOK_MS = 10;
let looked = -Infinity;
let shiftMs = 0;

function now() {
  if (performance.now() - looked > LOOK_MS) {
    looked = performance.now();
    const said = Number(readFileSync(file, 'utf8'));
    if (Number.isFinite(said)) shiftMs = said;
  }
  return RealDate.now() + shiftMs;
}

globalThis.Date = class extends RealDate {
  constructor(...words) {
    if (words.length === 0) super(now());
    else super(...words);
  }

  static now() {
    return now();
  }
};
