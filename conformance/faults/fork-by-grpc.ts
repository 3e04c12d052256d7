import type { Fault } from './fault.ts';

interface Log {
  readonly size: number;
  checkpoint(): string;
  onGrowth(...parameters: unknown[]): unknown;
}
type Service = { readonly calls: Record<string, unknown> };
type Make = (current: () => { readonly log: Log }, onFault: unknown) => Service;

/** As reference/core/log/checkpoint.ts. */
interface Checkpoints {
  checkpointText(head: { entityId: Uint8Array; size: number; root: Uint8Array }, signer: unknown): string;
}

const fault: Fault = {
  id: 'fork-by-grpc',
  requirement: 'MDT-LOG-016',
  breaks: 'WatchCheckpoints signs another tree than the one that is served',
  replaces: {
    'reference/log/activity-log.ts': {
      ActivityLog: (original: new (parts: Record<string, unknown>) => object) =>
        class extends original {
          readonly parts: Record<string, unknown>;
          constructor(parts: Record<string, unknown>) {
            super(parts);
            this.parts = parts;
          }
        },
    },
    'reference/log/log-service.ts': {
      logService: (original: Make, tools) => {
        let checkpoints: Checkpoints | undefined;
        void tools.module<Checkpoints>('reference/core/log/checkpoint.ts').then((found) => (checkpoints = found));
        return (current: Parameters<Make>[0], onFault: unknown): Service => {
          const forked = (): { log: Log } => {
            const shown = current();
            const { parts } = shown.log as unknown as { parts: { entityId: Uint8Array; signer: unknown } };
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
