import type { Fault, Tools } from './fault.ts';
import { from, type Query, type Store, type Stored } from './ways/anchor-store.ts';

const fault: Fault = {
  id: 'finds-what-was-unmade',
  requirement: 'MDT-RLY-007',
  role: 'relay',
  breaks: 'FindAnchors goes on answering anchors that a reorganisation took out',
  replaces: {
    'reference/relay/anchor-store.ts': {
      AnchorStore: (original: { prototype: Store }, tools: Tools) => {
        const unmade: Stored[] = [];
        const { find, removeFrom } = original.prototype;
        original.prototype.removeFrom = function (this: Store, height: number) {
          unmade.push(...find.call(this, { kinds: [], ...from(height) }));
          return removeFrom.call(this, height);
        };
        original.prototype.find = function (this: Store, query: Query) {
          const found = find.call(this, query);
          if (query.entity ?? query.digest) return found;
          const isThere = ({ txid }: Stored): boolean => found.some((each) => each.txid.equals(txid));
          const isAsked = ({ kind }: Stored): boolean => query.kinds.length === 0 || query.kinds.includes(kind);
          const more = unmade.filter((each) => isAsked(each) && !isThere(each));
          if (more.length > 0) tools.fired();
          return [...found, ...more];
        };
        return original;
      },
    },
  },
};

export default fault;
