import type { Fault } from './fault.ts';
import { changedResources } from './ways/log-resources.ts';

const WIDTH = 256;

const fault: Fault = {
  id: 'older-widths-uncached',
  requirement: 'MDT-LOG-011',
  breaks: 'no cache may keep a partial tile of another width than the newest checkpoint has',
  replaces: changedResources('log', (resource, tools, all) =>
    resource.path.endsWith('/tile/*')
      ? {
          ...resource,
          read: (below) => {
            const shown = resource.read(below);
            const width = /\.p\/(\d+)$/.exec(below)?.[1];
            const checkpoint = all.find(({ path }) => path.endsWith('/checkpoint'))?.read('') as {
              identity: { octets: Uint8Array };
            };
            const size = Number(Buffer.from(checkpoint.identity.octets).toString('utf8').split('\n')[1]);
            const newest = [size % WIDTH, Math.floor(size / WIDTH) % WIDTH];
            if (width === undefined || newest.includes(Number(width))) return shown;
            tools.fired();
            return { ...shown, cacheControl: 'no-store' };
          },
        }
      : resource,
  ),
};

export default fault;
