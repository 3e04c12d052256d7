/** The JSON Schemas of the protocol (`schemas/`), imported as data: core reads no file. */
import auditVerdict from '../../schemas/audit-verdict.schema.json' with { type: 'json' };
import anchorProof from '../../schemas/anchor-proof.schema.json' with { type: 'json' };
import birthRecord from '../../schemas/birth-record.schema.json' with { type: 'json' };
import chainCheckpoint from '../../schemas/chain-checkpoint.schema.json' with { type: 'json' };
import chainParameters from '../../schemas/chain-parameters.schema.json' with { type: 'json' };
import controlLine from '../../schemas/control-line.schema.json' with { type: 'json' };
import dtaMetadata from '../../schemas/dta-metadata.schema.json' with { type: 'json' };
import idpMetadata from '../../schemas/idp-metadata.schema.json' with { type: 'json' };
import hostedRecord from '../../schemas/hosted-record.schema.json' with { type: 'json' };
import launchConfiguration from '../../schemas/launch-configuration.schema.json' with { type: 'json' };
import lineageProof from '../../schemas/lineage-proof.schema.json' with { type: 'json' };
import locator from '../../schemas/locator.schema.json' with { type: 'json' };
import patRegistration from '../../schemas/pat-registration.schema.json' with { type: 'json' };
import patRequest from '../../schemas/pat-request.schema.json' with { type: 'json' };
import patSignedStatement from '../../schemas/pat-signed-statement.schema.json' with { type: 'json' };
import patStatement from '../../schemas/pat-statement.schema.json' with { type: 'json' };
import primitives from '../../schemas/primitives.schema.json' with { type: 'json' };
import retirement from '../../schemas/retirement.schema.json' with { type: 'json' };
import activityRoot from '../../schemas/activity-root.schema.json' with { type: 'json' };
import hostedActivityRoot from '../../schemas/hosted-activity-root.schema.json' with { type: 'json' };
import hostedStatus from '../../schemas/hosted-status.schema.json' with { type: 'json' };
import logEntry from '../../schemas/log-entry.schema.json' with { type: 'json' };
import promise from '../../schemas/promise.schema.json' with { type: 'json' };
import status from '../../schemas/status.schema.json' with { type: 'json' };
import verdict from '../../schemas/verdict.schema.json' with { type: 'json' };
import verificationBundle from '../../schemas/verification-bundle.schema.json' with { type: 'json' };

/** Schemas by their file's name without `.schema.json`. */
export const SCHEMA_FILES: Readonly<Record<SchemaName | 'primitives', { readonly $id: string }>> = {
  primitives,
  'audit-verdict': auditVerdict,
  'anchor-proof': anchorProof,
  'birth-record': birthRecord,
  'chain-checkpoint': chainCheckpoint,
  'chain-parameters': chainParameters,
  'control-line': controlLine,
  'dta-metadata': dtaMetadata,
  'idp-metadata': idpMetadata,
  'hosted-record': hostedRecord,
  'launch-configuration': launchConfiguration,
  'lineage-proof': lineageProof,
  locator,
  'pat-registration': patRegistration,
  'pat-request': patRequest,
  'pat-signed-statement': patSignedStatement,
  'pat-statement': patStatement,
  retirement,
  'activity-root': activityRoot,
  'hosted-activity-root': hostedActivityRoot,
  'hosted-status': hostedStatus,
  'log-entry': logEntry,
  promise,
  status,
  verdict,
  'verification-bundle': verificationBundle,
};

/** Names of the schemas that a value can be checked against. */
export type SchemaName =
  | 'audit-verdict'
  | 'anchor-proof'
  | 'birth-record'
  | 'chain-checkpoint'
  | 'chain-parameters'
  | 'control-line'
  | 'dta-metadata'
  | 'idp-metadata'
  | 'hosted-record'
  | 'launch-configuration'
  | 'lineage-proof'
  | 'locator'
  | 'pat-registration'
  | 'pat-request'
  | 'pat-signed-statement'
  | 'pat-statement'
  | 'retirement'
  | 'activity-root'
  | 'hosted-activity-root'
  | 'hosted-status'
  | 'log-entry'
  | 'promise'
  | 'status'
  | 'verdict'
  | 'verification-bundle';
