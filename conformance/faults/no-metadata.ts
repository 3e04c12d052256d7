import type { Fault, Tools } from './fault.ts';

interface Showcase {
  resources(health: () => object): { path: string }[];
}

const fault: Fault = {
  id: 'no-metadata',
  requirement: 'MDT-HST-007',
  breaks: 'there is no metadata',
  replaces: {
    'reference/entity/showcase.ts': {
      Showcase: (original: new () => Showcase, tools: Tools) =>
        class extends original {
          override resources(health: () => object): { path: string }[] {
            tools.fired();
            return super.resources(health).filter(({ path }) => path !== '/.well-known/milagro-dta');
          }
        },
    },
  },
};

export default fault;
