/** How targets are brought to life: as processes of this machine, or as containers. */
import type { LaunchConfiguration } from '../../reference/gen/schemas.ts';
import { freePorts } from '../chain/free-ports.ts';
import type { Life, LineSink } from './life.ts';
import type { Target } from './manifest.ts';
import type { SecretWatch } from './secrets.ts';
import { TargetProcess } from './target-process.ts';

/** Where one target lives, in all its lives: its addresses are in its Birth Record, which never changes. */
export interface Place {
  /** Addresses as the kit and the target both name them, `ip:port`. */
  readonly http: string;
  readonly grpc: string;
  /** The data directory by the name that the target knows. */
  readonly dataDir: string;
  /** Begins a life. Two of one place must not run side by side. */
  launch(firstLine: LaunchConfiguration | string, secrets: SecretWatch, sink: LineSink): Life;
}

export interface Launcher {
  /** An address of this machine that targets reach, for what the kit offers them. */
  readonly hostAddress: string;
  /** A place of its own for a target that keeps its data in the folder `dataDir` of this machine. */
  place(dataDir: string): Promise<Place>;
  /** Takes away what was made for all of them, and ends what still lives. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

export function processLauncher(target: Target): Launcher {
  return {
    hostAddress: LOOPBACK,
    place: async (dataDir) => {
      const [http = 0, grpc = 0] = await freePorts(2);
      return {
        http: `${LOOPBACK}:${String(http)}`,
        grpc: `${LOOPBACK}:${String(grpc)}`,
        dataDir,
        launch: (firstLine, secrets, sink) => new TargetProcess(target, firstLine, secrets, sink),
      };
    },
    close: () => Promise.resolve(),
  };
}
