import type { Fault } from './fault.ts';
import { LOG_WITH_PARTS, type Checkpoints, type LogParts } from './ways/log-calls.ts';

interface Log {
  readonly size: number;
  checkpoint(): string;
  onGrowth(...parameters: unknown[]): unknown;
}
type Service = { readonly calls: Record<string, unknown> };
type Make = (current: () => { readonly log: Log }, onFault: unknown) => Service;

const fault: Fault = {
  id: 'fork-by-grpc',
  requirement: 'MDT-LOG-016',
  breaks: 'WatchCheckpoints signs another tree than the one that is served',
  replaces: {
    ...LOG_WITH_PARTS,
    'reference/log/log-service.ts': {
      logService: (original: Make, tools) => {
        let checkpoints: Checkpoints | undefined;
        void tools.module<Checkpoints>('reference/core/log/checkpoint.ts').then((found) => (checkpoints = found));
        return (current: Parameters<Make>[0], onFault: unknown): Service => {
          const forked = (): { log: Log } => {
            const shown = current();
            const { parts } = shown.log as unknown as { parts: LogParts };
            const log = Object.create(shown.log) as Log;
            log.checkpoint = () => {
              tools.fired();
              const head = { entityId: parts.entityId, size: shown.log.size, root: new Uint8Array(32) };
              return checkpoints?.checkpointText(head, parts.signer) ?? '';
            };
            log.onGrowth = shown.log.onGrowth.bind(shown.log);
            return { ...shown, log };
          };
          const { watchCheckpoints } = original(forked, onFault).calls;
          const honest = original(current, onFault);
          return { ...honest, calls: { ...honest.calls, watchCheckpoints } };
        };
      },
    },
  },
};

export default fault;
