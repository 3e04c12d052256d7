import type { Fault, Tools } from './fault.ts';
import { from, type Query, type Store, type Stored } from './ways/anchor-store.ts';

const fault: Fault = {
  id: 'members-that-were-unmade',
  requirement: 'MDT-RLY-008',
  role: 'relay',
  breaks: 'FindAnchors by entity goes on answering members that a reorganisation took out',
  shows: ['relay-reorganised'],
  replaces: {
    'reference/relay/anchor-store.ts': {
      AnchorStore: (original: { prototype: Store }, tools: Tools) => {
        const unmade = new Map<string, Stored[]>();
        const asked = new Map<string, Query>();
        const { find, removeFrom } = original.prototype;
        original.prototype.removeFrom = function (this: Store, height: number) {
          for (const [entity, query] of asked) {
            const all = { ...query, ...from(height) };
            unmade.set(entity, [...(unmade.get(entity) ?? []), ...find.call(this, all)]);
          }
          return removeFrom.call(this, height);
        };
        original.prototype.find = function (this: Store, query: Query) {
          const found = find.call(this, query);
          if (query.entity === undefined) return found;
          const entity = query.entity.toString('hex');
          asked.set(entity, { entity: query.entity, kinds: [] });
          const isThere = ({ txid }: Stored): boolean => found.some((each) => each.txid.equals(txid));
          const more = (unmade.get(entity) ?? []).filter((each) => !isThere(each));
          if (more.length > 0) tools.fired();
          return [...found, ...more];
        };
        return original;
      },
    },
  },
};

export default fault;
