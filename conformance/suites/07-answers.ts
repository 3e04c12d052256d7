/** What a client answers: of each requirement on readers, a bundle that it has to refuse and one that differs and is right. */
import { check, type Check, type Suite } from '../kit/check.ts';
import { equal, holds, NotObservable, Untestable } from '../kit/expect.ts';
import type { World } from '../world/world.ts';
import type { Question } from '../world/pat-question.ts';

/** Words of each requirement's sentence, by chapter. */
const ASKED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '01-documents': {
    'MDT-DOC-101': 'of more than 16,384 octets with `MDT_DOCUMENT_TOO_LARGE`',
    'MDT-DOC-102': 'begins with a byte order mark with `MDT_BOM`',
    'MDT-DOC-103': 'not well-formed UTF-8 with `MDT_NOT_UTF8`',
    'MDT-DOC-104': 'not exactly one JSON object with `MDT_NOT_JSON`',
    'MDT-DOC-105': 'two members of the same name with `MDT_DUPLICATE_MEMBER`',
    'MDT-DOC-106': 'holds a lone surrogate with `MDT_LONE_SURROGATE`',
    'MDT-DOC-107': 'with a fraction, an exponent or a negative zero with `MDT_NUMBER_LITERAL`',
    'MDT-DOC-108': 'outside −(2^53 − 1) … 2^53 − 1 with `MDT_NUMBER_RANGE`',
    'MDT-DOC-109': 'nest more than 32 deep with `MDT_NESTING`',
    'MDT-DOC-110': 'has a member this specification does not define, outside `ext`, with `MDT_UNKNOWN_MEMBER`',
    'MDT-DOC-111': 'lacks a required member, or has one of the wrong form, with `MDT_SCHEMA`',
    'MDT-DOC-112': 'whose digest is not the one stated or anchored with `MDT_DIGEST`',
    'MDT-DOC-113': 'whose signature does not verify with `MDT_SIGNATURE`',
    'MDT-DOC-114': 'whose signature has a high `s` with `MDT_SIGNATURE_HIGH_S`',
    'MDT-DOC-115': "does not agree with the reader's own genesis hash and checkpoint with `MDT_WRONG_CHAIN`",
  },
  '02-anchors-and-lineage': {
    'MDT-ANC-101': 'no OP_RETURN output, or more than one, with `MDT_OP_RETURN_COUNT`',
    'MDT-ANC-102': 'not one push in its shortest form with `MDT_PUSH`',
    'MDT-ANC-103': 'does not begin with the marker with `MDT_PAYLOAD_MARKER`',
    'MDT-ANC-104': 'of another version than `01` with `MDT_PAYLOAD_VERSION`',
    'MDT-ANC-105': 'neither registered nor experimental with `MDT_PAYLOAD_KIND`',
    'MDT-ANC-107': 'has not the length of its kind with `MDT_PAYLOAD_LENGTH`',
    'MDT-ANC-108': 'an unknown role octet with `MDT_PAYLOAD_ROLE`',
    'MDT-ANC-109': 'a host hint of another syntax with `MDT_PAYLOAD_HOST_HINT`',
    'MDT-LIN-101': 'does not spend the outpoint in `lineage` with `MDT_LINEAGE_OUTPOINT`',
    'MDT-LIN-102': 'not exactly two outputs, the OP_RETURN first, with `MDT_LINEAGE_OUTPUTS`',
    'MDT-LIN-103': 'whose output 1 does not pay to the current key with `MDT_LINEAGE_CONTINUATION`',
    'MDT-LIN-104': 'names another key than `keys.anchor`, with `MDT_WITNESS`',
    'MDT-LIN-105': 'verify the BIP-143 signature of input 0 with `prevout_value`',
    'MDT-LIN-106': 'does not spend output 1 of its predecessor as input 0 with `MDT_LINEAGE_BROKEN`',
    'MDT-LIN-107': 'whose first transaction is not a BIRTH with `MDT_PAYLOAD_KIND`',
    'MDT-LIN-108': 'or names another `entity_id` with `MDT_LINEAGE_BROKEN`',
    'MDT-LIN-109': 'a transaction follows a RETIRE with `MDT_LINEAGE_BROKEN`',
    'MDT-LIN-110': 'not to that of `keys.anchor` of its record, with `MDT_LINEAGE_CONTINUATION`',
    'MDT-LIN-111': 'exactly one successor record for each SUCCESSOR up to the newest proven link',
  },
  '03-birth-record-and-hosting': {
    'MDT-REC-101': 'not a point of the subgroup, or is the identity, with `MDT_BLS_POINT`',
    'MDT-REC-102': 'a `master_pop` that does not verify with `MDT_MASTER_POP`',
    'MDT-REC-103': 'or whose `issuer` is not `https`, with `MDT_POLICY`',
    'MDT-REC-104': 'not that of the role octet of its BIRTH with `MDT_PAYLOAD_ROLE`',
    'MDT-REC-105': 'is not a point of secp256k1, or two keys',
    'MDT-REC-106': 'does not agree with the records before it with `MDT_SUCCESSOR`',
    'MDT-REC-107': 'is not `keys.next_anchor_hash` of the record before',
    'MDT-REC-108': '`previous_signature` is missing, or does not verify by `keys.anchor` of the record before',
    'MDT-REC-109': 'a successor record without `predecessors`, with `MDT_SCHEMA`',
  },
  '05-locators-and-proofs': {
    'MDT-LOC-101': 'not a BIP-136 encoding for its network with `MDT_TXREF`',
    'MDT-LOC-102': 'than its AnchorProof proves with `MDT_LOCATOR`',
    'MDT-PRF-101': 'of 64 octets without witness with `MDT_TX_64_OCTETS`',
    'MDT-PRF-102': 'with octets missing or left over with `MDT_MALFORMED_TX` or `MDT_HEADER_FORMAT`',
    'MDT-PRF-103': 'does not lead to the root from position 0, with `MDT_COINBASE_BRANCH`',
    'MDT-PRF-104': 'does not lead to the root of the header with `MDT_MERKLE_ROOT`',
    'MDT-PRF-105': 'equal to the running hash where the bit of the position is 1 with `MDT_MERKLE_SIBLING`',
    'MDT-PRF-106': 'more than 15 hashes, or a position not below 2^length, with `MDT_MERKLE_POSITION`',
    'MDT-PRF-107': 'above the target of its `nBits` with `MDT_POW`',
    'MDT-PRF-108': 'or that do not link, with `MDT_HEADER_LINK`',
    'MDT-PRF-109': 'without an AnchorProof of the BIRTH with `MDT_SCHEMA`',
  },
  '06-life-of-a-lineage': {
    'MDT-RET-101': 'that stands where the lineage has no RETIRE, with `MDT_RETIREMENT`',
  },
  '07-verification': {
    'MDT-CHN-101': 'a header that is not of 80 octets',
    'MDT-CHN-102': 'does not hold the hash of the header before it with `MDT_HEADER_LINK`',
    'MDT-CHN-103': 'above the target of its `nBits` with `MDT_POW`',
    'MDT-CHN-104': 'not exactly what the rules of the chain give with `MDT_BITS`',
    'MDT-CHN-105': 'not later than the median time past of the block before it with `MDT_HEADER_TIME`',
    'MDT-CHN-106': "more than 7,200 seconds ahead of the reader's clock with `MDT_HEADER_FUTURE`",
    'MDT-CHN-107': "does not follow the reader's own checkpoint or a header that it has",
    'MDT-CHN-108': 'the one with the most work, and of equal ones the one that it saw first',
    'MDT-CHN-109': 'whose block is not the block at that height of its active chain with `MDT_NOT_IN_CHAIN`',
    'MDT-CHN-110': 'fewer confirmations than the greater of its own policy and the policy of the record',
    'MDT-CHN-111': 'only where headers lead from it, each holding the hash of the one before, up to the checkpoint',
    'MDT-VER-101': 'the verdict is `UNPINNED`, the code `MDT_UNPINNED`',
    'MDT-VER-103': 'answer `ALTERED` with the code `MDT_ALTERED`',
    'MDT-VER-104': 'answer `RETIRED` with the code `MDT_RETIRED`',
    'MDT-VER-106': 'as `existed_before` that of the sixth block after',
    'MDT-VER-107': 'not in its active chain, or not below the block of its anchor, with `MDT_FRESHNESS`',
    'MDT-VER-108': 'unless it reads a bundle',
    'MDT-VER-109': 'MUST answer `REJECTED` with the code `MDT_PIN`',
    'MDT-VER-111': "fewer blocks from there on than the reader's own policy asks",
    'MDT-VER-112': 'MUST refuse the headers of a bundle with `MDT_WRONG_CHAIN`',
  },
  '08-activity-log': {
    'MDT-LOG-101': 'without a signature by `keys.log` under that name that verifies, with `MDT_LOG_CHECKPOINT`',
    'MDT-LOG-102':
      'does not lead from the leaf hash and index to the root by RFC 9162, 2.1.3.2, with `MDT_LOG_INCLUSION`',
    'MDT-LOG-103': 'does not lead from the first size and root to the second by RFC 9162, 2.1.4.2, with `MDT_LOG_FORK`',
    'MDT-LOG-104': 'whose signature does not verify by `keys.log` with `MDT_LOG_PROMISE`',
    'MDT-LOG-105': 'does not follow from the root before it and the policy with `MDT_LOG_PERIOD`',
    'MDT-LOG-106': 'of a tree of the same size with another root, with `MDT_LOG_FORK`',
    'MDT-LOG-107': 'whose tree is not that of the entries whose `time` is before its `period_end` with `MDT_LOG_ROOT`',
    'MDT-LOG-108': 'signed by `keys.anchor` of an earlier record than the root before it',
    'MDT-LOG-109': "whose `chain` does not agree with the reader's own genesis hash and checkpoint",
    'MDT-LOG-110': 'whose `freshness` block is not in its active chain with `MDT_FRESHNESS`',
    'MDT-LOG-111': 'later than that of the 168th block upon it, with `MDT_FRESHNESS`',
  },
  '09-status': {
    'MDT-STA-101': 'where a STATUS of the record in force lacks a code',
    'MDT-STA-102': 'does not follow from those before it and from the records',
    'MDT-STA-103': 'where *now* is later than `expires` of the newest STATUS',
    'MDT-STA-104': 'or `expires` of one lies so far after its `created`',
    'MDT-STA-105': 'where `created` of a STATUS is earlier than that of the one before',
    'MDT-STA-106': 'where *now* is later than `next_due` of the newest STATUS',
    'MDT-STA-107': 'MUST answer so again until a SUCCESSOR is in force',
    'MDT-STA-108': "does not agree with the reader's own genesis hash and checkpoint",
    'MDT-STA-109': 'where the `freshness` block of a STATUS of the record in force is not in its active chain',
    'MDT-STA-110': 'or later than that of the 168th block upon it',
    'MDT-STA-111': 'is more than 7,200 seconds later than *now*',
  },
  '10-pat-signatures': {
    'MDT-PAT-101': 'not valid against `schemas/pat-registration.schema.json` with `MDT_SCHEMA`',
    'MDT-PAT-102': 'is not the key that it knows with `MDT_PAT_KEY`',
    'MDT-PAT-103': 'MUST refuse a statement with another `statement_digest` with `MDT_DIGEST`',
    'MDT-PAT-104': 'does not verify by `subject_key` over the 32 octets of 10.1 with `MDT_SIGNATURE`',
    'MDT-PAT-105': 'or with `batch` than a PAT_BATCH, with `MDT_PAT_ANCHOR`',
    'MDT-PAT-106': 'in a tree of its number of leaves, with `MDT_PAT_BATCH`',
  },
};

/** Suites for clients, one a chapter; each check asks its questions in an order of the run's seed. */
export const PAT_SUITES: readonly Suite[] = Object.entries(ASKED).map(([chapter, asked]) => ({
  chapter,
  checks: Object.entries(asked).map(([requirement, quote]) => answersTo(requirement, quote)),
}));

function answersTo(requirement: string, quote: string): Check {
  return check(
    requirement,
    'answers',
    'it answers what is right and what is not as it has to',
    { quote, scenes: [], negative: true },
    async ({ world, evidence }) => {
      const questions = await chosen(world, requirement);
      evidence('questions', questions.map(({ vector, comment }) => `${vector}: ${comment}`).join('\n'));
      for (const question of questions) await answered(world, question);
    },
  );
}

/** In an order of the run's seed, so that right ones and wrong ones come in none that could be told. */
async function chosen({ pat, random }: World, requirement: string): Promise<Question[]> {
  const asked = (await pat?.questions.about(requirement)) ?? [];
  if (asked.length === 0) throw new Untestable('there is no vector that can be asked about');
  const key = ({ vector }: Question): string => random.hex(`${requirement}/${vector}`, 8);
  return asked.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

async function answered({ pat }: World, { vector, comment, request, expected }: Question): Promise<void> {
  const about = `${comment} (vector ${vector})`;
  const { answer, instead } = (await pat?.ask(request)) ?? {};
  if (!answer) {
    holds(false, `no answer about ${about}`, { expected: expected.verdict, got: instead });
    return;
  }
  if (answer.unsupported === true)
    throw new NotObservable(`it does not know ${request.op}${request.canary ? ' with a canary' : ''}`);
  const { verdict, code, evidence = {} } = answer;
  equal(said({ verdict, code }), said(expected), `the verdict on ${about}`, '/verdict');
  const { entity_id, digest, existed_after, existed_before, confirmations, headers } = expected;
  const wanted = { entity_id, digest, existed_after, existed_before, confirmations, tip_hash: headers?.tip?.hash };
  for (const [name, value] of Object.entries(wanted))
    // Of an entity all of it is compared; of a part, what there is to learn of it.
    if (entity_id !== undefined || value !== undefined)
      equal(evidence[name as keyof typeof evidence], value, `${name} of ${about}`, `/evidence/${name}`);
}

function said({ verdict, code }: { verdict?: string | undefined; code?: string | undefined }): string {
  return code === undefined ? (verdict ?? 'nothing') : `${verdict ?? ''} ${code}`;
}
