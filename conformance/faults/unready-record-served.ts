import type { Fault, Tools } from './fault.ts';

interface Resource {
  readonly path: string;
  read(): object;
}

interface Showcase {
  resources(health: () => object): Resource[];
}

interface Representations {
  represent(octets: Uint8Array): object;
}

const fault: Fault = {
  id: 'unready-record-served',
  requirement: 'MDT-HST-006',
  breaks: 'before the BIRTH is deep an empty document is served with status 200',
  also: [
    {
      requirement: 'MDT-HST-009',
      reason: 'the case “not ready” is one of the errors that have to be problem documents',
    },
  ],
  replaces: {
    'reference/entity/showcase.ts': {
      Showcase: (original: new () => Showcase, tools: Tools) => {
        const loading = tools.module<Representations>('reference/runtime/representation.ts');
        let represent: Representations['represent'] | undefined;
        void loading.then((module) => (represent = module.represent));
        return class extends original {
          override resources(health: () => object): Resource[] {
            return super.resources(health).map((resource) => ({ path: resource.path, read: () => readOr(resource) }));
          }
        };
        function readOr(resource: Resource): object {
          try {
            return resource.read();
          } catch (error) {
            if (!represent) throw error;
            tools.fired();
            return represent(Buffer.from('{}'));
          }
        }
      },
    },
  },
};

export default fault;
