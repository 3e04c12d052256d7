/** Where an entity hosts its record, below its issuer (MDT-REC-006). */
export const RECORD = '/.well-known/milagro-birth-record';

/** Where an IdP has its metadata (MDT-REC-014). */
export const OPENID_METADATA = '/.well-known/openid-configuration';
