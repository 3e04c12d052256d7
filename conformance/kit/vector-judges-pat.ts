/** Judges of what chapters 10 and 13 show: statements, batches, registrations; JWK Sets and authorization URLs. */
import type { PatStatement } from '../../reference/gen/schemas.ts';
import { canonicalOctets, sha256 } from '../oracle/digest.ts';
import {
  refuseAuthorizationUrl,
  refuseJwks,
  type AuthorizationQuestion,
  type JwksQuestion,
} from '../oracle/enrolment.ts';
import { MARKER } from '../oracle/payload.ts';
import { batchOf, readRegistration, statementPreimage, type RegistrationQuestion } from '../oracle/registration.ts';
import { signHash } from '../oracle/signature.ts';
import { refuseSchema } from './refuse-schema.ts';

const octets = (hex: string): Buffer => Buffer.from(hex, 'hex');

export const PAT_JUDGES: Readonly<Record<string, (input: never) => unknown>> = {
  'authorization-url': (input: AuthorizationQuestion) => {
    refuseAuthorizationUrl(input);
    return {};
  },

  'jwks-signature': ({ now, ...shown }: JwksQuestion & { now: number }) => {
    refuseJwks(shown, now);
    return {};
  },

  'pat-batch': ({ leaves, index }: { leaves: string[]; index: number }) => {
    const { root, path } = batchOf(leaves.map(octets), index);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(leaves.length);
    const body = Buffer.concat([root, count]).toString('hex');
    return { payload: `${MARKER}0111${body}`, path: path.map((hash) => hash.toString('hex')) };
  },

  'pat-registration': ({ now, ...question }: Omit<RegistrationQuestion, 'now'> & { now: string }) => {
    refuseSchema('pat-registration', question.registration);
    return readRegistration({ ...question, now: Date.parse(now) / 1000 });
  },

  'pat-statement': ({ statement, private_key: key }: { statement: PatStatement; private_key: string }) => {
    refuseSchema('pat-statement', statement);
    const hash = sha256(statementPreimage(statement));
    return {
      digest: sha256(canonicalOctets(statement)).toString('hex'),
      hash: hash.toString('hex'),
      signature: signHash(hash, octets(key)).toString('hex'),
    };
  },
};
