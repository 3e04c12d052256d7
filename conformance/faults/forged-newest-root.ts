import type { Fault } from './fault.ts';

interface Hosted {
  activity_root: { seq: number };
}

const fault: Fault = {
  id: 'forged-newest-root',
  requirement: 'MDT-LOG-022',
  breaks: 'who asks for the newest root is told of an empty tree, and nobody signed it',
  replaces: {
    'reference/log/hosted-documents.ts': {
      hostedRoot: (original: (roots: unknown, seq?: number) => Hosted, tools) => (roots: unknown, seq?: number) => {
        const hosted = original(roots, seq);
        if (seq !== undefined) return hosted;
        tools.fired();
        return { ...hosted, activity_root: { ...hosted.activity_root, tree_size: 0, root: '00'.repeat(32) } };
      },
    },
  },
};

export default fault;
