import type { Fault } from './fault.ts';
import { changedResources } from './ways/log-resources.ts';

/** Of no hash, or of a level that no tree of the kit's has. */
const OF_NONE = /\.p\/0$|^[2-9]\/|^[1-9][0-9]\//;
const identity = { octets: Buffer.alloc(0), etag: '"none"', contentEncoding: undefined };

const fault: Fault = {
  id: 'partial-of-none',
  requirement: 'MDT-LOG-012',
  breaks:
    'an empty tile, to be kept for ever, is served in the place of one of no hash or of a level that the tree has not',
  replaces: changedResources('log', (resource, tools) =>
    resource.path.endsWith('/tile/*')
      ? {
          ...resource,
          read: (below) => {
            if (!OF_NONE.test(below)) return resource.read(below);
            tools.fired();
            const cacheControl = 'public, max-age=31536000, immutable';
            return { identity, mediaType: 'application/octet-stream', cacheControl };
          },
        }
      : resource,
  ),
};

export default fault;
