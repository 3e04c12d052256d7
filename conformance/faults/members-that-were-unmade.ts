import type { Fault, Tools } from './fault.ts';

interface Stored {
  readonly txid: Buffer;
}

interface Query {
  readonly entity?: Buffer;
  readonly digest?: Buffer;
  readonly kinds: readonly number[];
}

interface Store {
  find(query: Query): Stored[];
  removeFrom(height: number): unknown;
}

const PLACES_IN_A_BLOCK = 2 ** 20;
const EVERY = { kinds: [], toHeight: 2 ** 31, limit: 1_000_000 };

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
            const all = { ...query, ...EVERY, after: height * PLACES_IN_A_BLOCK };
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
