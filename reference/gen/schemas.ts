// Generated from schemas/*.schema.json by `make gen`. Changed only there.

/**
 * @maxItems 15
 *
 * Items: 32 octets, lower-case hexadecimal
 */
export type Branch = string[];
/**
 * The immutable record an entity anchors in Bitcoin (spec chapter 3).
 */
export type BirthRecord = {
  type: "milagro-birth-record";
  spec: "1.0";
  role: "dta" | "idp" | "relay";
  /**
   * Text for people on one line: no control characters
   */
  name: string;
  operator: Operator;
  /**
   * As httpUri, without / at its end, because paths are joined to it
   */
  issuer: string;
  chain: Chain;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  created: string;
  freshness: BlockRef;
  lineage: Outpoint;
  keys: RecordKeys;
  /**
   * Compressed BLS12-381 G2 point, 96 octets
   */
  master_public_key?: string;
  /**
   * Compressed BLS12-381 G1 point, 48 octets
   */
  master_pop?: string;
  /**
   * @maxItems 64
   *
   * Items: 32 octets, lower-case hexadecimal
   */
  idps?: string[];
  services: Services;
  policy: Policy;
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  previous?: string;
  /**
   * The only place for members this specification does not define.
   */
  ext?: Record<string, unknown>;
};
/**
 * A line the kit writes to a running target's standard input (spec/certification.md).
 */
export type ControlLine = {
  id: number;
  control: "clock" | "append" | "status" | "withhold_status" | "successor" | "retire" | "rotate_keys";
  offset_seconds?: number;
  /**
   * @maxItems 32
   */
  codes?: string[];
  /**
   * Text for people on one line: no control characters
   */
  reason?: string;
  kind?: "person" | "app" | "thing";
  /**
   * 32 octets, lower-case hexadecimal
   */
  subject?: string;
};
/**
 * A line a client under test answers with (spec/certification.md).
 */
export type PatAnswer = {
  id: string;
  verdict?: "VERIFIED" | "ACTIVE" | "STALE" | "TRIPPED" | "ALTERED" | "RETIRED" | "UNKNOWN" | "UNPINNED" | "REJECTED";
  code?: string;
  evidence?: PatEvidence;
  unsupported?: true;
  registered?: PatRegistered;
  registration?: PatRegistration;
} & {
  [k: string]: unknown | undefined;
};
/**
 * A line the kit writes to a client under test (spec/certification.md).
 */
export type PatRequest = {
  id: string;
  op:
    | "verify_bundle"
    | "verify_entity"
    | "verify_part"
    | "verify_log"
    | "verify_registration"
    | "register_signature"
    | "prove_signature"
    | "close";
  bundle?: VerificationBundle;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  url?: string;
  /**
   * Where headers are to be had (spec 7.1)
   *
   * @minItems 1
   * @maxItems 8
   *
   * Items: Where headers came from: a URL, `bundle`, or `state` for those of an earlier run
   */
  sources?: [string, ...string[]];
  /**
   * How long a host may take for an answer, and a source for all that it is asked
   */
  patience_seconds?: number;
  /**
   * What is learnt is remembered under this name, and known to later questions of this name
   */
  memory?: string;
  chain?: PatChain;
  policy?: PatPolicy;
  /**
   * @maxItems 64
   *
   * Items: 32 octets, lower-case hexadecimal
   */
  pins?: string[];
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  now?: string;
  canary?: PatCanary;
  /**
   * What of a log is shown
   */
  check?: "checkpoint" | "inclusion" | "consistency" | "promise" | "roots";
  /**
   * What is shown, as the input of vectors of this type
   */
  input?: Record<string, unknown>;
  /**
   * What is shown alone, by the type of its vectors
   */
  part?:
    | "canonical-json"
    | "anchor-proof"
    | "authorization-url"
    | "birth-record"
    | "chain-signature"
    | "header-chain"
    | "jwks-signature"
    | "lineage-proof"
    | "merkle-root"
    | "op-return-outputs"
    | "op-return-script"
    | "payload-decode"
    | "txref-decode";
  /**
   * 32 octets, lower-case hexadecimal
   */
  secret_key?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  statement_digest?: string;
  /**
   * How it is registered (spec 10.2)
   */
  mode?: "DIRECT" | "BATCHED";
  /**
   * grpcs://host:port of a relay, or grpc://host:port where no stranger reaches the host
   */
  relay?: string;
  signed?: PatSignedStatement;
  /**
   * Compressed secp256k1 public key, 33 octets
   */
  subject_key?: string;
};
export type List = Change[];
/**
 * another outcome that is neither better nor worse
 */
export type List1 = Change[];
/**
 * looked at in the later run only
 */
export type List2 = Change[];
/**
 * looked at in the earlier run only
 */
export type List3 = Change[];
/**
 * One line of events.jsonl, the stream that every report is rendered from.
 */
export type RunEvent =
  | RunStarted
  | Coverage
  | ChainStarted
  | ChainFailed
  | SceneStarted
  | SceneFinished
  | TargetEvent
  | Exchange
  | Transaction
  | CheckFinished
  | RunFinished;
/**
 * A line a target writes to its standard output: a lifecycle event, or the answer to a control line (spec/certification.md).
 */
export type TargetLine = ListeningEvent | FundingEvent | WaitingEvent | ReadyEvent | FailedEvent | ControlAnswer;
/**
 * Tells the kit how to start an implementation and what it claims (spec/certification.md).
 */
export type TargetManifest = {
  $schema?: string;
  manifest: 1;
  name: string;
  version?: string;
  vendor?: string;
  /**
   * pat is a client: whoever verifies
   */
  role: "dta" | "idp" | "relay" | "pat";
  /**
   * How the implementation plugs in.
   */
  mode: "command" | "image" | "endpoints" | "pat";
  /**
   * Program and arguments; relative paths are taken from the manifest's folder. $NODE is the Node that runs the kit.
   *
   * @minItems 1
   * @maxItems 64
   */
  command?: [string, ...string[]];
  image?: TargetImage;
  endpoints?: TargetEndpoints;
  chain?: TargetChain;
  /**
   * Environment of the target. A process gets these, PATH, HOME, TMPDIR and LANG, nothing else of the kit's.
   */
  env?: {
    [k: string]: string | undefined;
  };
  claims: Claims;
  limits?: Limits;
  /**
   * How a person gets through the pages of an IdP, where its forms do not tell: of a page, the first step that matches it is taken.
   *
   * @maxItems 32
   */
  login?: LoginStep[];
  /**
   * @maxItems 1000
   */
  known_failing?: KnownFailing[];
};

export interface Schemas {
  ActivityRoot?: ActivityRoot;
  AnchorProof?: AnchorProof;
  AuditVerdict?: AuditVerdict;
  BirthRecord?: BirthRecord;
  ChainCheckpoint?: ChainCheckpoint;
  ChainParameters?: ChainParameters;
  ControlLine?: ControlLine;
  DtaMetadata?: DtaMetadata;
  HostedActivityRoot?: HostedActivityRoot;
  HostedRecord?: HostedRecord;
  HostedStatus?: HostedStatus;
  IdpMetadata?: IdpMetadata;
  LaunchConfiguration?: LaunchConfiguration;
  LineageProof?: LineageProof;
  Locator?: Locator;
  LogEntry?: LogEntry;
  PatAnswer?: PatAnswer;
  PatRegistration?: PatRegistration;
  PatRequest?: PatRequest;
  PatSignedStatement?: PatSignedStatement;
  PatStatement?: PatStatement;
  Problem?: Problem;
  LogPromise?: LogPromise;
  Report?: Report;
  Retirement?: Retirement;
  RunDiff?: RunDiff;
  RunEvent?: RunEvent;
  Status?: Status;
  TargetLine?: TargetLine;
  TargetManifest?: TargetManifest;
  VectorFile?: VectorFile;
  Verdict?: Verdict1;
  VerificationBundle?: VerificationBundle;
}
/**
 * The signed size and root of an activity log at the end of a period (spec chapter 8).
 */
export interface ActivityRoot {
  type: "milagro-activity-root";
  spec: "1.0";
  chain: Chain;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  created: string;
  freshness: BlockRef;
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id: string;
  seq: number;
  /**
   * 32 octets, lower-case hexadecimal
   */
  previous: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  period_start: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  period_end: string;
  tree_size: number;
  /**
   * 32 octets, lower-case hexadecimal
   */
  root: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  status_digest: string;
  /**
   * The only place for members this specification does not define.
   */
  ext?: Record<string, unknown>;
}
export interface Chain {
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  genesis: string;
  header_format: "sha256d-80";
  checkpoint: BlockRef;
}
export interface BlockRef {
  height: number;
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  hash: string;
}
/**
 * Shows that a transaction is in a block with work upon it (spec chapter 2).
 */
export interface AnchorProof {
  /**
   * BIP-144 serialization, witness included
   */
  transaction: string;
  prevout_value: number;
  vout: number;
  /**
   * 80-octet block header
   */
  header: string;
  merkle_branch: Branch;
  position: number;
  /**
   * The block's coinbase without its witness
   */
  coinbase: string;
  coinbase_branch: Branch;
  /**
   * @maxItems 6
   *
   * Items: 80-octet block header
   */
  following_headers: string[];
}
/**
 * What an auditor found in the activity log of an entity, with the place of each finding (spec chapter 8).
 */
export interface AuditVerdict {
  audit: 1;
  verdict: "CLEAN" | "LATE" | "TRIPPED" | "BROKEN" | "UNKNOWN";
  verification: Verdict;
  log?: AuditedLog;
  anchors?: AuditedAnchors;
  promises?: AuditedPromises;
  /**
   * @maxItems 1000
   */
  findings: AuditFinding[];
  /**
   * Findings beyond those that are listed
   */
  omitted?: number;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  checked_at: string;
}
/**
 * The verdict on the entity, with its canary
 */
export interface Verdict {
  verdict: "VERIFIED" | "ACTIVE" | "STALE" | "TRIPPED" | "ALTERED" | "RETIRED" | "UNKNOWN" | "UNPINNED" | "REJECTED";
  code?: string;
  /**
   * JSON pointer into what was read, or the name of an argument
   */
  field?: string;
  message?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  digest?: string;
  role?: "dta" | "idp" | "relay";
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  existed_after?: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  existed_before?: string;
  confirmations?: number;
  headers: VerdictHeaders;
  /**
   * @minItems 1
   * @maxItems 14
   */
  steps: [VerdictStep, ...VerdictStep[]];
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  checked_at: string;
}
/**
 * The chain that the reader took for the active one
 */
export interface VerdictHeaders {
  /**
   * What each source gave, in the order in which they were asked
   *
   * @maxItems 17
   */
  sources: VerdictSource[];
  from?: BlockRef2;
  tip?: BlockRef;
  /**
   * 32 octets, lower-case hexadecimal
   */
  work?: string;
}
export interface VerdictSource {
  /**
   * Where headers came from: a URL, `bundle`, or `state` for those of an earlier run
   */
  name: string;
  tip?: BlockRef1;
  /**
   * 32 octets, lower-case hexadecimal
   */
  work?: string;
  /**
   * Whether it gave the tip of the chain that the verdict rests on
   */
  best: boolean;
  /**
   * Why it was left out, or where its headers ended to be right
   */
  code?: string;
  message?: string;
}
/**
 * Of the headers that it gave and that were taken, the one with most work; absent where there was none
 */
export interface BlockRef1 {
  height: number;
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  hash: string;
}
/**
 * The reader's checkpoint
 */
export interface BlockRef2 {
  height: number;
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  hash: string;
}
export interface VerdictStep {
  step:
    | "fetch"
    | "read"
    | "record"
    | "digest"
    | "signature"
    | "pin"
    | "headers"
    | "anchor"
    | "depth"
    | "time"
    | "lineage"
    | "successors"
    | "retirement"
    | "canary";
  outcome: "ok" | "failed" | "skipped";
  requirements: string[];
  evidence: Record<string, unknown>;
}
/**
 * What was read, as far as it came
 */
export interface AuditedLog {
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  url: string;
  checkpoint?: AuditedHead;
  recomputed?: AuditedHead1;
  entries: AuditedRange;
  roots: AuditedRange;
  /**
   * 32 octets, lower-case hexadecimal
   */
  newest_root?: string;
}
export interface AuditedHead {
  tree_size: number;
  /**
   * 32 octets, lower-case hexadecimal
   */
  root: string;
}
/**
 * The tree of all entries that were read, in this audit and those before it
 */
export interface AuditedHead1 {
  tree_size: number;
  /**
   * 32 octets, lower-case hexadecimal
   */
  root: string;
}
/**
 * From the first that was read in this audit to before `to`
 */
export interface AuditedRange {
  from: number;
  to: number;
}
export interface AuditedAnchors {
  activity_roots: number;
  statuses: number;
  /**
   * Of the newest root that is anchored
   */
  newest_seq?: number;
}
export interface AuditedPromises {
  kept: number;
  broken: number;
  /**
   * Whose period has no root yet, and is not late
   */
  open: number;
}
export interface AuditFinding {
  code: string;
  requirement: string;
  /**
   * What it is about: a root, an entry, an anchor, a promise, a resource
   */
  place: string;
  message: string;
}
export interface Operator {
  /**
   * Text for people on one line: no control characters
   */
  legal_name: string;
  /**
   * ISO 3166-1 alpha-2 country code, or ISO 3166-2 subdivision
   */
  jurisdiction: string;
  /**
   * mailto: or https: URI
   */
  contact: string;
}
export interface Outpoint {
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  txid: string;
  vout: number;
}
export interface RecordKeys {
  /**
   * Compressed secp256k1 public key, 33 octets
   */
  anchor: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  next_anchor_hash: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  log?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  directory?: string;
  /**
   * Compressed secp256k1 public key, 33 octets
   */
  status: string;
  /**
   * Compressed secp256k1 public key, 33 octets
   */
  noise?: string;
}
export interface Services {
  /**
   * host:port
   */
  grpc: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  birth_record: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  metadata?: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  activity_log?: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  status: string;
  /**
   * host:port
   */
  relay?: string;
  /**
   * host:port
   */
  noise?: string;
}
export interface Policy {
  log_period_seconds: number;
  anchor_period_seconds: number;
  canary_max_age_seconds: number;
  confirmations: number;
  channel_confirmations: number;
}
/**
 * The block from which a reader counts work, and what it has to know of the blocks before (spec chapter 7).
 */
export interface ChainCheckpoint {
  /**
   * A multiple of the chain's interval, or any height where there is a `period_time`
   */
  height: number;
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  hash: string;
  /**
   * 80-octet block header
   */
  header: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  chainwork: string;
  /**
   * Times of the 11 blocks before this one, oldest first, in seconds since 1970; of fewer where fewer are there
   *
   * @maxItems 11
   */
  previous_times: number[];
  /**
   * Time of the block at the last multiple of the interval at or below this one, in seconds since 1970
   */
  period_time?: number;
}
/**
 * The rules of work of one chain (spec chapter 7).
 */
export interface ChainParameters {
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  genesis: string;
  /**
   * nBits of the easiest target that the chain allows, big-endian
   */
  pow_limit_bits: string;
  /**
   * Whether the target changes at the end of each interval; on regtest it never does
   */
  retarget: boolean;
  /**
   * Blocks of one target: 2016 in Bitcoin
   */
  interval: number;
  /**
   * Seconds that an interval is meant to take: 1209600 in Bitcoin
   */
  target_timespan_seconds: number;
}
/**
 * Served at /.well-known/milagro-dta, in the style of OpenID Provider Metadata (spec chapter 3).
 */
export interface DtaMetadata {
  /**
   * As httpUri, without / at its end, because paths are joined to it
   */
  issuer: string;
  role: "dta";
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id: string;
  /**
   * @minItems 1
   * @maxItems 16
   */
  milagro_spec_versions_supported: [string, ...string[]];
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  milagro_birth_record_uri: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  milagro_birth_record_sha256: string;
  /**
   * 64-octet compact signature
   */
  milagro_birth_record_signature: string;
  milagro_birth_record_anchor: Locator;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  milagro_status_uri: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  milagro_activity_log_uri: string;
  /**
   * host:port
   */
  milagro_grpc_endpoint: string;
  /**
   * @minItems 1
   * @maxItems 3
   */
  milagro_grpc_transports_supported: [
    "plain" | "tls13-anchor" | "noise-xk",
    ...("plain" | "tls13-anchor" | "noise-xk")[]
  ];
  /**
   * @maxItems 64
   *
   * Items: 32 octets, lower-case hexadecimal
   */
  milagro_idps: string[];
}
/**
 * Names one OP_RETURN output in one block (spec chapter 2).
 */
export interface Locator {
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  txid: string;
  vout: number;
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  block_hash: string;
  height: number;
  tx_index: number;
  /**
   * BIP-136 reference; absent below six confirmations
   */
  txref?: string;
}
/**
 * The envelope of an activity root (spec chapter 8).
 */
export interface HostedActivityRoot {
  activity_root: ActivityRoot;
  /**
   * 32 octets, lower-case hexadecimal
   */
  sha256: string;
  /**
   * 64-octet compact signature
   */
  signature: string;
}
/**
 * The envelope served at /.well-known/milagro-birth-record (spec chapter 3).
 */
export interface HostedRecord {
  birth_record: BirthRecord;
  /**
   * 32 octets, lower-case hexadecimal
   */
  sha256: string;
  /**
   * 64-octet compact signature
   */
  signature: string;
  /**
   * 64-octet compact signature
   */
  previous_signature?: string;
  /**
   * @maxItems 64
   */
  predecessors?: Predecessor[];
  anchor: HostedAnchor;
  lineage: LineageProof;
  retirement?: HostedRetirement;
}
export interface Predecessor {
  birth_record: BirthRecord;
  /**
   * 64-octet compact signature
   */
  signature: string;
  /**
   * 64-octet compact signature
   */
  previous_signature?: string;
}
export interface HostedAnchor {
  locator: Locator;
  proof: AnchorProof;
}
/**
 * Every anchor of one entity, BIRTH first, tip last (spec chapter 2).
 */
export interface LineageProof {
  /**
   * @minItems 1
   * @maxItems 100000
   */
  transactions: [string, ...string[]];
  /**
   * @minItems 1
   * @maxItems 1000
   */
  proofs: [LinkProof, ...LinkProof[]];
}
export interface LinkProof {
  link: number;
  locator: Locator;
  proof: AnchorProof;
}
export interface HostedRetirement {
  retirement: Retirement;
  /**
   * 32 octets, lower-case hexadecimal
   */
  sha256: string;
  /**
   * 64-octet compact signature
   */
  signature: string;
}
/**
 * The document with which an entity ends (spec chapter 6).
 */
export interface Retirement {
  type: "milagro-retire";
  spec: "1.0";
  chain: Chain;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  created: string;
  freshness: BlockRef;
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id: string;
  /**
   * Text for people on one line: no control characters
   */
  reason: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  successor_entity?: string;
  /**
   * The only place for members this specification does not define.
   */
  ext?: Record<string, unknown>;
}
/**
 * The envelope of a STATUS (spec chapter 9).
 */
export interface HostedStatus {
  status: Status;
  /**
   * 32 octets, lower-case hexadecimal
   */
  sha256: string;
  /**
   * 64-octet compact signature
   */
  signature: string;
}
/**
 * What the people behind an entity state to be still true (spec chapter 9).
 */
export interface Status {
  type: "milagro-status";
  spec: "1.0";
  chain: Chain;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  created: string;
  freshness: BlockRef;
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  record: string;
  seq: number;
  /**
   * 32 octets, lower-case hexadecimal
   */
  previous: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  next_due: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  expires: string;
  /**
   * Each once, in the order of the table
   *
   * @maxItems 10
   */
  codes: ("WAR" | "GAG" | "SUBP" | "TRAP" | "CEASE" | "DURESS" | "RAID" | "SEIZE" | "XCRED" | "XOPERS")[];
  /**
   * The only place for members this specification does not define.
   */
  ext?: Record<string, unknown>;
}
/**
 * OpenID Provider Metadata (OpenID Connect Discovery 1.0, 3) with what Milagro adds, served at /.well-known/openid-configuration (spec chapter 12). Members that other specifications define may stand beside.
 */
export interface IdpMetadata {
  /**
   * As httpUri, without / at its end, because paths are joined to it
   */
  issuer: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  authorization_endpoint: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  token_endpoint: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  userinfo_endpoint: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  jwks_uri: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  registration_endpoint: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  end_session_endpoint: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  check_session_iframe: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  device_authorization_endpoint?: string;
  /**
   * @minItems 1
   * @maxItems 64
   */
  scopes_supported: [string, ...string[]];
  /**
   * @minItems 1
   * @maxItems 64
   */
  response_types_supported: [string, ...string[]];
  /**
   * @minItems 1
   * @maxItems 64
   */
  grant_types_supported: [string, ...string[]];
  /**
   * @minItems 1
   * @maxItems 64
   */
  subject_types_supported: [string, ...string[]];
  /**
   * @minItems 1
   * @maxItems 64
   */
  id_token_signing_alg_values_supported: [string, ...string[]];
  /**
   * @minItems 1
   * @maxItems 64
   */
  token_endpoint_auth_methods_supported: [string, ...string[]];
  /**
   * @minItems 1
   * @maxItems 64
   */
  code_challenge_methods_supported: [string, ...string[]];
  backchannel_logout_supported: true;
  frontchannel_logout_supported: true;
  /**
   * 32 octets, lower-case hexadecimal
   */
  milagro_entity_id: string;
  /**
   * @minItems 1
   * @maxItems 16
   */
  milagro_spec_versions_supported: [string, ...string[]];
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  milagro_birth_record_uri: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  milagro_birth_record_sha256: string;
  /**
   * 64-octet compact signature
   */
  milagro_birth_record_signature: string;
  milagro_birth_record_anchor: Locator;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  milagro_status_uri: string;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  milagro_activity_log_uri: string;
  /**
   * host:port
   */
  milagro_grpc_endpoint: string;
  /**
   * @minItems 1
   * @maxItems 3
   */
  milagro_grpc_transports_supported: [
    "plain" | "tls13-anchor" | "noise-xk",
    ...("plain" | "tls13-anchor" | "noise-xk")[]
  ];
  milagro_jwks_signature: JwksSignature;
  [k: string]: unknown | undefined;
}
export interface JwksSignature {
  /**
   * 64-octet compact signature
   */
  signature: string;
  /**
   * Seconds since 1970
   */
  expires: number;
}
/**
 * The first line the kit writes to a target's standard input (spec/certification.md). Members that are writeOnly are secrets: no log, answer or report repeats them.
 */
export interface LaunchConfiguration {
  launch: 1;
  role: "dta" | "idp" | "relay";
  data_dir: string;
  passphrase: string;
  chain: LaunchChain;
  listen: Listen;
  public: PublicAddresses;
  transport: "plain" | "tls13-anchor" | "noise-xk";
  policy: Policy;
  clock?: ClockSetting;
  peers?: Peers;
  import_secrets?: ImportSecrets;
  /**
   * @maxItems 64
   */
  accounts?: Account[];
  registration?: ClientRegistration;
  options?: Record<string, unknown>;
}
export interface LaunchChain {
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  genesis: string;
  checkpoint: BlockRef;
  backend: "rpc" | "relay";
  rpc?: RpcAccess;
  /**
   * @minItems 1
   * @maxItems 8
   *
   * Items: grpcs://host:port of a relay, or grpc://host:port where no stranger reaches the host
   */
  relays?: [string, ...string[]];
  /**
   * host:port
   */
  p2p?: string;
  fee_sat_vb?: number;
}
export interface RpcAccess {
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  url: string;
  user: string;
  password: string;
}
export interface Listen {
  /**
   * host:port
   */
  http: string;
  /**
   * host:port
   */
  grpc: string;
  /**
   * host:port
   */
  dht?: string;
}
export interface PublicAddresses {
  /**
   * As httpUri, without / at its end, because paths are joined to it
   */
  issuer: string;
  /**
   * host:port
   */
  grpc: string;
}
export interface ClockSetting {
  offset_seconds: number;
}
export interface Peers {
  /**
   * @maxItems 64
   */
  idps?: IdpPeer[];
  /**
   * @maxItems 64
   *
   * Items: host:port
   */
  relays?: string[];
  /**
   * @maxItems 64
   *
   * Items: host:port
   */
  directory?: string[];
}
export interface IdpPeer {
  /**
   * As httpUri, without / at its end, because paths are joined to it
   */
  issuer: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id: string;
  initial_access_token?: string;
}
/**
 * secp256k1 private keys to use in place of fresh ones
 */
export interface ImportSecrets {
  /**
   * 32 octets, lower-case hexadecimal
   */
  anchor?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  next_anchor?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  status?: string;
}
export interface Account {
  login: string;
  password: string;
}
/**
 * Of an IdP: who may register clients; anybody where it is absent. private: the one client that shows the token, and no other.
 */
export interface ClientRegistration {
  access: "open" | "token" | "private";
  initial_access_token?: string;
}
/**
 * One entry of an activity log (spec chapter 8).
 */
export interface LogEntry {
  /**
   * What was done
   */
  event: "test" | "client_registered" | "login" | "token_issued" | "logout";
  /**
   * Whom it was done for
   */
  kind: "person" | "app" | "thing";
  /**
   * 32 octets, lower-case hexadecimal
   */
  subject: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  time: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  commitment?: string;
}
/**
 * What the verdict rests on, as far as it came
 */
export interface PatEvidence {
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  digest?: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  existed_after?: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  existed_before?: string;
  confirmations?: number;
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  tip_hash?: string;
  /**
   * Each source of headers that was asked, in the order of the question (MDT-VER-105)
   *
   * @maxItems 8
   */
  sources?: PatSource[];
}
export interface PatSource {
  /**
   * Where headers came from: a URL, `bundle`, or `state` for those of an earlier run
   */
  name: string;
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  tip_hash?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  work?: string;
  /**
   * Whether that block is the tip the verdict rests on
   */
  best: boolean;
  /**
   * Why nothing more was taken of it
   */
  code?: string;
}
/**
 * What a relay keeps, and the ID under which it does
 */
export interface PatRegistered {
  signed: PatSignedStatement;
  /**
   * 32 octets, lower-case hexadecimal
   */
  registration_id: string;
}
/**
 * A PAT statement with its signature, to be registered (spec 10.1).
 */
export interface PatSignedStatement {
  statement: PatStatement;
  /**
   * 64-octet compact signature
   */
  signature: string;
}
/**
 * What the holder of a key states, to be registered in Bitcoin (spec chapter 10).
 */
export interface PatStatement {
  type: "milagro-pat-statement";
  spec: "1.0";
  chain: Chain;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  created: string;
  freshness: BlockRef;
  /**
   * Compressed secp256k1 public key, 33 octets
   */
  subject_key: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  statement_digest: string;
  /**
   * The only place for members this specification does not define.
   */
  ext?: Record<string, unknown>;
}
/**
 * A statement with its signature and the proof that the signature is in Bitcoin (spec 10.4).
 */
export interface PatRegistration {
  statement: PatStatement;
  /**
   * 64-octet compact signature
   */
  signature: string;
  batch?: PatBatchPath;
  locator: Locator;
  proof: AnchorProof;
}
/**
 * Where the signature is one of many under a PAT_BATCH; absent where it stands in a PAT_SIGNATURE
 */
export interface PatBatchPath {
  index: number;
  /**
   * From the leaf's sibling up
   *
   * @maxItems 32
   *
   * Items: 32 octets, lower-case hexadecimal
   */
  path: string[];
}
/**
 * All that a reader needs to verify an entity off line, but for its own checkpoint (spec chapter 7).
 */
export interface VerificationBundle {
  bundle: 1;
  /**
   * http or https URI without user, query or fragment; the host in lower case
   */
  url: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  fetched: string;
  /**
   * The octets of the hosted record as they were received, as UTF-8 text
   */
  hosted: string;
  chain: BundleChain;
  headers: BundleHeaders;
  /**
   * The octets of each STATUS's envelope as received, as UTF-8 text, in the order of seq (spec chapter 9)
   *
   * @maxItems 4096
   */
  statuses?: string[];
}
/**
 * The chain of the reader that saved the bundle; another reader uses its own checkpoint and compares
 */
export interface BundleChain {
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  genesis: string;
  checkpoint: BlockRef;
}
export interface BundleHeaders {
  /**
   * Height of the first header: one more than the checkpoint's, or lower where the record names earlier blocks
   */
  from: number;
  /**
   * 80-octet headers one after the other, oldest first
   */
  hex: string;
  /**
   * Who gave them, by the saver's word
   *
   * @maxItems 17
   *
   * Items: Where headers came from: a URL, `bundle`, or `state` for those of an earlier run
   */
  sources: string[];
}
/**
 * The reader's own chain
 */
export interface PatChain {
  parameters: ChainParameters;
  checkpoint: ChainCheckpoint;
}
export interface PatPolicy {
  confirmations: number;
}
/**
 * The canary is asked for; what the reader knows of it from before
 */
export interface PatCanary {
  /**
   * @maxItems 1024
   */
  known: HostedStatus[];
}
/**
 * RFC 9457 problem details with a registered code (spec/errors.md).
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  field?: string;
  [k: string]: unknown | undefined;
}
/**
 * That an entry is in an activity log (spec chapter 8).
 */
export interface LogPromise {
  /**
   * 32 octets, lower-case hexadecimal
   */
  leaf_hash: string;
  index: number;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  time: string;
  /**
   * 64-octet compact signature
   */
  signature: string;
}
/**
 * report.json: the result of one run, rendered from its event stream.
 */
export interface Report {
  report: 1;
  kit: ReportKit;
  spec: ReportSpec;
  target: ReportTarget;
  chain: ReportChain;
  seed: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  started: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  finished: string;
  exit: 0 | 1 | 2 | 3 | 4 | 130;
  verdict: "certified" | "not certified" | "observed" | "partial" | "nothing ran" | "no verdict";
  reason?: string;
  summary: Summary;
  timing: Timing;
  requirements: ReportRequirement[];
  checks: ReportCheck[];
}
export interface ReportKit {
  version: string;
}
export interface ReportSpec {
  revision: string;
}
export interface ReportTarget {
  name: string;
  version?: string;
  vendor?: string;
  role: "dta" | "idp" | "relay" | "pat";
  mode: string;
  profiles: string[];
  features?: string[];
}
export interface ReportChain {
  way: "container" | "process" | "debian" | "none";
  version: string;
  source?: string;
}
export interface Summary {
  certified: boolean;
  pass: number;
  fail: number;
  warn: number;
  untestable: number;
  notClaimed: number;
  notObservable: number;
  knownFailing: number;
  flaky: number;
  error: number;
  checks: number;
}
/**
 * wallMs is the whole run. targetMs is time that checks and scenes waited for the target; chainMs is time in which the node started; both overlap others. kitMs is time the kit spent by itself. kitCpuMs is the kit's own CPU from the first scene on; kitStartCpuMs before it.
 */
export interface Timing {
  wallMs: number;
  targetMs: number;
  chainMs: number;
  kitMs: number;
  kitCpuMs: number;
  kitStartCpuMs?: number;
  kitRssMb?: number;
}
export interface ReportRequirement {
  id: string;
  /**
   * IDs that it had in earlier revisions
   */
  legacy_ids?: string[];
  level: "MUST" | "SHOULD" | "MAY";
  roles: string[];
  profile: string;
  chapter: string;
  sentence: string;
  outcome:
    "pass" | "fail" | "warn" | "untestable" | "not claimed" | "not observable" | "known failing" | "flaky" | "error";
  reason?: string;
  checks: string[];
}
export interface ReportCheck {
  id: string;
  requirement: string;
  title: string;
  chapter: string;
  scene?: string;
  negative?: boolean;
  outcome:
    "pass" | "fail" | "warn" | "untestable" | "not claimed" | "not observable" | "known failing" | "flaky" | "error";
  ms: number;
  expected?: string;
  got?: string;
  field?: string;
  message?: string;
  rerun?: string;
  /**
   * seq of the exchanges and transactions in events.jsonl that the check looked at
   */
  trace?: number[];
  evidence?: Evidence[];
}
export interface Evidence {
  label: string;
  text: string;
}
/**
 * What `milagro-trust diff --json` says of two runs.
 */
export interface RunDiff {
  diff: 1;
  /**
   * where the earlier run lies, as it was given
   */
  before: string;
  after: string;
  /**
   * circumstances of the runs that differ and may be why outcomes do
   */
  differs: Circumstance[];
  requirements: Changes;
  checks: Changes;
  /**
   * whether a check is broken, is new and failing, or passed and is gone from a whole run, or a certificate is lost
   */
  worse: boolean;
}
export interface Circumstance {
  what: string;
  before: string;
  after: string;
}
export interface Changes {
  broken: List;
  mended: List;
  changed: List1;
  added: List2;
  gone: List3;
  unchanged: number;
}
export interface Change {
  id: string;
  before?:
    "pass" | "fail" | "warn" | "untestable" | "not claimed" | "not observable" | "known failing" | "flaky" | "error";
  after?:
    "pass" | "fail" | "warn" | "untestable" | "not claimed" | "not observable" | "known failing" | "flaky" | "error";
}
export interface RunStarted {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "run_started";
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  started: string;
  kit: string;
  revision: string;
  seed: string;
  target: ReportTarget;
  selected: string[];
  narrowed: boolean;
  manifest: RunManifest;
  /**
   * requirements that the manifest lists as known to fail
   */
  known_failing: string[];
  /**
   * what was asked for by an ID of an earlier revision
   */
  renamed?: Renamed[];
  options: RunSettings;
}
export interface RunManifest {
  /**
   * of the target manifest, from the folder where the kit was started
   */
  path: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  sha256: string;
}
export interface Renamed {
  was: string;
  is: string;
}
/**
 * what the kit was asked for, where that makes a difference
 */
export interface RunSettings {
  chain: "auto" | "container" | "process" | "debian" | "kept";
  bitcoind?: string;
  chain_image?: string;
  only?: string[];
  profiles?: string[];
  allow_known_failing: boolean;
  bail: boolean;
  shard?: Shard;
}
export interface Shard {
  index: number;
  count: number;
}
/**
 * what the checks of this kit were tried with before, by requirement; requirements without any are left out
 */
export interface Coverage {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "coverage";
  rows: CoverageRow[];
}
export interface CoverageRow {
  id: string;
  /**
   * test vectors that are right by it
   */
  valid: number;
  /**
   * test vectors that are wrong by it
   */
  invalid: number;
  /**
   * implementations broken on purpose that its checks find
   */
  faults: number;
}
export interface ChainStarted {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "chain_started";
  way: string;
  version: string;
  source?: string;
  ms: number;
}
export interface ChainFailed {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "chain_failed";
  message: string;
}
export interface SceneStarted {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "scene_started";
  scene: string;
}
export interface SceneFinished {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "scene_finished";
  scene: string;
  ms: number;
  failed?: string;
}
export interface TargetEvent {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "target_line";
  scene: string;
  stream: "stdin" | "stdout" | "stderr" | "exit";
  text: string;
}
export interface Exchange {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "exchange";
  scene: string;
  protocol: "http" | "grpc";
  /**
   * method and path, then a line for each field of the request
   */
  request: string;
  /**
   * status, then a line for each field, an empty line and the content; cut, secrets blotted out
   */
  answer: string;
}
export interface Transaction {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "transaction";
  scene: string;
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  txid: string;
  /**
   * as it was sent; cut
   */
  hex: string;
  block?: TransactionPlace;
  locktime: number;
  inputs: TransactionInput[];
  outputs: TransactionOutput[];
  /**
   * fields of the OP_RETURN payload, or the code with which a reader refuses it
   */
  payload?: Record<string, string>;
}
export interface TransactionPlace {
  /**
   * Transaction ID or block hash, in the order bitcoind's RPC prints it
   */
  hash: string;
  height: number;
  position: number;
}
export interface TransactionInput {
  /**
   * txid:vout
   */
  outpoint: string;
  sequence: number;
  script: string;
  witness: string[];
}
export interface TransactionOutput {
  sat: number;
  /**
   * of the script, as bitcoind calls it
   */
  type: string;
  script: string;
  address?: string;
}
export interface CheckFinished {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "check_finished";
  check: ReportCheck;
}
export interface RunFinished {
  seq: number;
  /**
   * milliseconds since the run began
   */
  at: number;
  type: "run_finished";
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  finished: string;
  exit: 0 | 1 | 2 | 3 | 4 | 130;
  verdict: string;
  reason?: string;
  timing: Timing;
  target?: TargetEnding;
}
/**
 * what the verdict takes of the target beside the checks; absent where none were judged
 */
export interface TargetEnding {
  /**
   * whether it listened, where it had to
   */
  started: boolean;
  /**
   * what came in place of it
   */
  silence?: string;
  /**
   * limits for which the kit ended it, in words
   */
  over_limits: string[];
}
export interface ListeningEvent {
  event: "listening";
}
export interface FundingEvent {
  event: "funding";
  address: string;
  min_sat: number;
}
export interface WaitingEvent {
  event: "waiting";
  code: string;
  detail?: string;
}
export interface ReadyEvent {
  event: "ready";
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id: string;
}
export interface FailedEvent {
  event: "failed";
  code: string;
  field?: string;
  detail?: string;
}
export interface ControlAnswer {
  id: number;
  ok: boolean;
  unsupported?: boolean;
  code?: string;
  promise?: LogPromise;
}
/**
 * A container image that behaves by the same launch contract. It is pulled where it is not on this machine.
 */
export interface TargetImage {
  name: string;
  /**
   * In place of the image's own CMD.
   *
   * @minItems 1
   * @maxItems 64
   */
  command?: [string, ...string[]];
}
/**
 * Where an implementation serves that runs already. The kit only reads, and cannot control it.
 */
export interface TargetEndpoints {
  /**
   * Base URL, without a slash at its end.
   */
  issuer: string;
  /**
   * host:port
   */
  grpc: string;
}
/**
 * A Bitcoin node of the chain that the endpoints are anchored in, to hold them against. Without it, what needs the chain is not observable.
 */
export interface TargetChain {
  rpc: TargetChainRpc;
}
export interface TargetChainRpc {
  url: string;
  user: string;
  /**
   * Name of the environment variable that holds the password: a manifest holds none.
   */
  password_env: string;
}
export interface Claims {
  /**
   * @minItems 1
   */
  profiles: [
    "identity" | "status" | "log" | "idp" | "dta" | "relay" | "directory" | "channel-tls" | "channel-noise" | "pat",
    ...(
      "identity" | "status" | "log" | "idp" | "dta" | "relay" | "directory" | "channel-tls" | "channel-noise" | "pat"
    )[]
  ];
  features?: (
    | "clock"
    | "import_secrets"
    | "append"
    | "status"
    | "withhold_status"
    | "successor"
    | "retire"
    | "rotate_keys"
    | "network"
    | "p2p"
    | "register"
  )[];
}
export interface Limits {
  memory_mb?: number;
  processes?: number;
}
export interface LoginStep {
  /**
   * CSS selector of something that the page has.
   */
  match: string;
  /**
   * CSS selector to text; $LOGIN and $PASSWORD stand for those of the account that the target was given.
   */
  fill?: {
    [k: string]: string | undefined;
  };
  /**
   * CSS selector of what is clicked then.
   */
  submit: string;
}
export interface KnownFailing {
  id: string;
  reason: string;
}
/**
 * A file of test vectors, in the manner of C2SP Wycheproof.
 */
export interface VectorFile {
  $schema?: string;
  algorithm: string;
  schema: "vector-file.schema.json";
  generatorVersion: string;
  /**
   * Where the expected values come from
   */
  source: string;
  /**
   * SPDX identifier
   */
  license: string;
  /**
   * @minItems 1
   */
  header: [string, ...string[]];
  /**
   * Flag → what it means
   */
  notes: {
    [k: string]: VectorNote | undefined;
  };
  numberOfTests: number;
  /**
   * @minItems 1
   */
  testGroups: [VectorGroup, ...VectorGroup[]];
}
export interface VectorNote {
  bugType: string;
  description: string;
  links?: string[];
}
export interface VectorGroup {
  type: string;
  source: string;
  license?: string;
  official?: boolean;
  /**
   * @minItems 1
   */
  tests: [VectorTest, ...VectorTest[]];
}
export interface VectorTest {
  tcId: number;
  comment: string;
  flags: string[];
  /**
   * @minItems 1
   */
  requirements: [string, ...string[]];
  input: Record<string, unknown>;
  expected?: Record<string, unknown>;
  result: "valid" | "invalid";
  code?: string;
}
/**
 * What a reader learnt of an entity, with the evidence of every step (spec chapter 7).
 */
export interface Verdict1 {
  verdict: "VERIFIED" | "ACTIVE" | "STALE" | "TRIPPED" | "ALTERED" | "RETIRED" | "UNKNOWN" | "UNPINNED" | "REJECTED";
  code?: string;
  /**
   * JSON pointer into what was read, or the name of an argument
   */
  field?: string;
  message?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  entity_id?: string;
  /**
   * 32 octets, lower-case hexadecimal
   */
  digest?: string;
  role?: "dta" | "idp" | "relay";
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  existed_after?: string;
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  existed_before?: string;
  confirmations?: number;
  headers: VerdictHeaders;
  /**
   * @minItems 1
   * @maxItems 14
   */
  steps: [VerdictStep, ...VerdictStep[]];
  /**
   * RFC 3339, UTC, Z, whole seconds
   */
  checked_at: string;
}
