/** A fault in what is served of a log and a canary over HTTP. */
import type { Fault, Tools } from '../fault.ts';

export interface Resource {
  readonly path: string;
  readonly read: (below: string) => object;
}

type Make = (current: () => unknown) => Resource[];

/** @param change gives the resource in the place of each; `all` are those of the log, or those of the canary */
export function changedResources(
  of: 'log' | 'status',
  change: (resource: Resource, tools: Tools, all: readonly Resource[]) => Resource,
): Fault['replaces'] {
  return {
    'reference/log/log-resources.ts': {
      [`${of}Resources`]:
        (original: Make, tools: Tools): Make =>
        (current) => {
          const all = original(current);
          return all.map((resource) => change(resource, tools, all));
        },
    },
  };
}

/** A cache may keep what is served at `path`, or at one that ends so, for ever. */
export function keptForEver(of: 'log' | 'status', end: string): Fault['replaces'] {
  return cachedAs(of, end, 'public, max-age=31536000, immutable');
}

/** What is served at a path that ends so has this `Cache-Control` field. */
export function cachedAs(of: 'log' | 'status', end: string, cacheControl: string): Fault['replaces'] {
  return changedResources(of, (resource, tools) =>
    resource.path.endsWith(end)
      ? {
          ...resource,
          read: (below) => {
            const shown = resource.read(below);
            tools.fired();
            return { ...shown, cacheControl };
          },
        }
      : resource,
  );
}

/** What is refused for one reason is refused for another. */
export function refusedAs(of: 'log' | 'status', from: string, to: string): Fault['replaces'] {
  return changedResources(of, ({ path, read }, tools) => ({
    path,
    read: (below) => {
      try {
        return read(below);
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error) || error.code !== from) throw error;
        tools.fired();
        throw Object.assign(error, { code: to });
      }
    },
  }));
}

let hasRetired = false;

/** Nothing of it is served any more once the entity has retired. */
export function goneAfterTheEnd(of: 'log' | 'status'): Fault['replaces'] {
  return {
    ...changedResources(of, ({ path, read }, tools, all) => ({
      path,
      read: (below) => {
        if (!hasRetired) return read(below);
        tools.fired();
        const numbered = all.find((resource) => resource.path.endsWith('/*'));
        return numbered?.read('nothing') ?? {}; // which throws as for whatever is not there
      },
    })),
    'reference/log/activity.ts': {
      Activity: (original: { prototype: { keep: Keep } }) => {
        const keep = original.prototype.keep;
        original.prototype.keep = async function (now, queue) {
          hasRetired = now.retired;
          return keep.call(this, now, queue);
        };
        return original;
      },
    },
  };
}

type Keep = (this: object, now: { readonly retired: boolean }, queue: object) => Promise<void>;
