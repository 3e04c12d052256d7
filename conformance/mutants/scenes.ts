/** Which answers of which scenes are mutated: an ordinary life, one that has changed its record, and one that has ended. */
import type { Observations } from '../world/scenes/index.ts';
import type { Shown } from '../world/scenes/resources.ts';
import type { Answers } from './answers.ts';

export const MUTATED: { readonly [S in 'birth' | 'succession' | 'retired']: (seen: Observations[S]) => Answers } = {
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
};

function shown(moment: Shown | undefined): Answers {
  const { record, metadata, grpcRecord, grpcAnchor, grpcLineage } = moment ?? {};
  return {
    http: { 'GET record': [record], 'GET metadata': [metadata] },
    grpc: { GetBirthRecord: grpcRecord, GetAnchorProof: grpcAnchor, GetLineageProof: grpcLineage },
  };
}
