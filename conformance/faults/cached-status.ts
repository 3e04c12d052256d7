import type { Fault, Tools } from './fault.ts';

interface Resource {
  readonly path: string;
  readonly read: (below: string) => object;
}

function cached({ path, read }: Resource, tools: Tools): Resource {
  return {
    path,
    read: (below) => {
      tools.fired();
      return { ...read(below), cacheControl: 'max-age=3600' };
    },
  };
}

const fault: Fault = {
  id: 'cached-status',
  requirement: 'MDT-STA-011',
  breaks: 'a cache may keep the newest STATUS for an hour',
  replaces: {
    'reference/log/log-resources.ts': {
      logResources:
        (original: (...parts: unknown[]) => Resource[], tools: Tools) =>
        (...parts: unknown[]) =>
          original(...parts).map((resource) =>
            resource.path.endsWith('/status') ? cached(resource, tools) : resource,
          ),
    },
  },
};

export default fault;
