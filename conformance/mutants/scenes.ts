/** Which answers of which scenes are mutated: an ordinary life, one that has changed its record, and one that has ended. */
import type { Observations } from '../world/scenes/index.ts';
import type { Shown } from '../world/scenes/resources.ts';
import type { Answers } from './answers.ts';

type Mutated = 'birth' | 'succession' | 'retired' | 'logging' | 'canary';

export const MUTATED: { readonly [S in Mutated]: (seen: Observations[S]) => Answers } = {
  birth: ({ unready, hosted, deep, later }) => ({
    fields: true,
    http: {
      'GET record': [hosted?.record, hosted?.gzip, hosted?.otherTag, deep?.result, deep?.gzip, ...later],
      'GET metadata': [hosted?.metadata],
      'GET record before ready': [unready?.record],
      'GET what is not there': Object.values(hosted?.missing ?? {}),
      'methods that write': Object.values(hosted?.written ?? {}).map(({ answer }) => answer),
    },
    grpc: {
      GetBirthRecord: hosted?.grpcRecord,
      GetAnchorProof: hosted?.grpcAnchor,
      GetLineageProof: hosted?.grpcLineage,
      GetMetadata: hosted?.grpcMetadata,
      health: hosted?.health,
      'health before ready': unready?.health,
      'GetBirthRecord before ready': unready?.grpcRecord,
    },
  }),
  succession: ({ second }) => shown(second),
  retired: ({ after }) => shown(after),
  logging: ({ looks }) => {
    const last = looks.at(-1);
    return {
      http: { 'GET root': looks.map(({ roots }) => roots.each[1]) },
      grpc: {
        GetCheckpoint: last?.grpcCheckpoint,
        ListEntries: last?.lists[0]?.result,
        GetInclusionProof: last?.inclusions[0]?.result,
        GetConsistencyProof: last?.consistencies[1]?.result,
        GetActivityRoot: last?.roots.grpcEach[0]?.result,
      },
    };
  },
  canary: ({ looks }) => ({
    http: { 'GET STATUS': looks.map(({ statuses }) => statuses.each[1]) },
    grpc: { GetStatus: looks.at(-1)?.statuses.grpcEach[0]?.result },
  }),
};

function shown(moment: Shown | undefined): Answers {
  const { record, metadata, grpcRecord, grpcAnchor, grpcLineage } = moment ?? {};
  return {
    http: { 'GET record': [record], 'GET metadata': [metadata] },
    grpc: { GetBirthRecord: grpcRecord, GetAnchorProof: grpcAnchor, GetLineageProof: grpcLineage },
  };
}
