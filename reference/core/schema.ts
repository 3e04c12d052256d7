/** Validation against the protocol's JSON Schemas (MDT-DOC-110, -111): a fault has a code and a JSON pointer. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type {
  AnchorProof,
  AuditVerdict,
  BirthRecord,
  ChainCheckpoint,
  ChainParameters,
  ControlLine,
  DtaMetadata,
  IdpMetadata,
  HostedRecord,
  LaunchConfiguration,
  LineageProof,
  Locator,
  PatRegistration,
  PatRequest,
  PatSignedStatement,
  PatStatement,
  ActivityRoot,
  HostedActivityRoot,
  HostedStatus,
  LogEntry,
  LogPromise,
  Retirement,
  Status,
  Verdict,
  VerificationBundle,
} from '../gen/schemas.ts';
import { MdtError } from './errors.ts';
import { pointer } from './json-value.ts';
import { SCHEMA_FILES, type SchemaName } from './schema-files.ts';

/** The type that each schema describes. */
export interface SchemaTypes extends Record<SchemaName, object> {
  'anchor-proof': AnchorProof;
  'audit-verdict': AuditVerdict;
  'birth-record': BirthRecord;
  'chain-checkpoint': ChainCheckpoint;
  'chain-parameters': ChainParameters;
  'control-line': ControlLine;
  'dta-metadata': DtaMetadata;
  'idp-metadata': IdpMetadata;
  'hosted-record': HostedRecord;
  'launch-configuration': LaunchConfiguration;
  'lineage-proof': LineageProof;
  locator: Locator;
  'pat-registration': PatRegistration;
  'pat-request': PatRequest;
  'pat-signed-statement': PatSignedStatement;
  'pat-statement': PatStatement;
  'activity-root': ActivityRoot;
  'hosted-activity-root': HostedActivityRoot;
  'hosted-status': HostedStatus;
  'log-entry': LogEntry;
  promise: LogPromise;
  retirement: Retirement;
  status: Status;
  verdict: Verdict;
  'verification-bundle': VerificationBundle;
}

let compiler: Ajv2020 | undefined;

/**
 * Gives `value` the type of the schema once it is valid.
 * @throws MdtError MDT_UNKNOWN_MEMBER or MDT_SCHEMA, `field` the JSON pointer of the first fault.
 */
export function validate<N extends SchemaName>(name: N, value: unknown): SchemaTypes[N] {
  const validator = validatorOf(name);
  if (validator(value)) return value as SchemaTypes[N];
  throw asMdtError(validator.errors?.[0]);
}

/** Compiling costs tens of milliseconds, so each schema is compiled when it is first used. */
function validatorOf(name: SchemaName): ValidateFunction {
  compiler ??= makeCompiler();
  const validator = compiler.getSchema(SCHEMA_FILES[name].$id);
  if (validator === undefined) throw new MdtError('MDT_INTERNAL', `no schema ${name}`);
  return validator;
}

function makeCompiler(): Ajv2020 {
  // strictTypes and strictRequired ask for a style that conditional schemas (if/then) cannot have.
  // validateSchema: that the schemas are schemas is a test's business; asked at each start it costs 30 ms (measured).
  // optimize: V8 does as well what ajv would do to its code for 60 ms of a start (measured).
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateSchema: false,
    allErrors: false,
    ownProperties: true,
    code: { optimize: false },
  });
  ajv.addKeyword('tsType');
  ajv.addFormat('date-time', isCalendarTime);
  for (const schema of Object.values(SCHEMA_FILES)) ajv.addSchema(schema);
  return ajv;
}

/** The pattern of a time leaves open whether the day exists; only a day that does survives the way through Date. */
function isCalendarTime(text: string): boolean {
  const milliseconds = Date.parse(text);
  return Number.isFinite(milliseconds) && new Date(milliseconds).toISOString() === text.replace('Z', '.000Z');
}

function asMdtError(error: ErrorObject | undefined): MdtError {
  if (error === undefined) return new MdtError('MDT_SCHEMA', 'not valid');
  const place = error.instancePath;
  if (error.keyword === 'additionalProperties') {
    const { additionalProperty } = error.params as { additionalProperty: string };
    return new MdtError('MDT_UNKNOWN_MEMBER', 'a member this specification does not define', {
      field: pointer(place, additionalProperty),
    });
  }
  if (error.keyword === 'required' || error.keyword === 'dependentRequired') {
    const { missingProperty } = error.params as { missingProperty: string };
    return new MdtError('MDT_SCHEMA', 'a required member is missing', { field: pointer(place, missingProperty) });
  }
  return new MdtError('MDT_SCHEMA', error.message ?? 'of the wrong form', { field: place });
}
