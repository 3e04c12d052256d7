/** Where an entity hosts its record, below its issuer (MDT-REC-006). */
export const RECORD = '/.well-known/milagro-birth-record';
