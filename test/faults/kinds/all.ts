import type { Kind } from '../fault-case.ts';
import { answer } from './answer.ts';
import { clock } from './clock.ts';
import { flip } from './flip.ts';
import { host } from './host.ts';
import { journal } from './journal.ts';
import { kill, live, stream } from './kill.ts';
import { link } from './link.ts';
import { room } from './room.ts';

export const KINDS: readonly Kind[] = [kill, link, room, host, flip, clock, answer, journal, live, stream];
