import type { Fact } from '../../main/domain/facts.ts';
import type { Ports } from '../../main/domain/ports.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { openLabEngine, type LabEngine } from './lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from './lab.ts';

/** A lab with one image and two hosts, and the engine on it. */
export interface EngineOnLab {
  readonly bench: LabWithImage;
  readonly engine: LabEngine;
  readonly source: RunningHost;
  readonly destination: RunningHost;
  /** Ends both; not the one that a test has opened in its place. */
  readonly end: () => Promise<void>;
}

/** What most tests of whole migrations stand on, once for each file of them. */
export async function engineOnLab(around?: (ports: Ports<Fact>) => Ports<Fact>): Promise<EngineOnLab> {
  const bench = await labWithImage();
  const { lab } = bench;
  try {
    const engine = await openLabEngine(lab, around);
    const end = async (): Promise<void> => {
      try {
        await engine.close();
      } finally {
        await lab.down();
      }
    };
    return { bench, engine, source: lab.host(SOURCE), destination: lab.host(DESTINATION), end };
  } catch (error) {
    await lab.down();
    throw error;
  }
}
