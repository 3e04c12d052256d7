/** For tests: a launch configuration of a D-TA on regtest. */
import type { LaunchConfiguration } from '../gen/schemas.ts';

export const REGTEST_GENESIS = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';
export const MAIN_GENESIS = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';

export function launchConfiguration(): LaunchConfiguration {
  return {
    launch: 1,
    role: 'dta',
    data_dir: '/nonexistent',
    passphrase: 'planted passphrase of a test',
    chain: {
      genesis: REGTEST_GENESIS,
      checkpoint: { height: 0, hash: REGTEST_GENESIS },
      backend: 'rpc',
      rpc: { url: 'http://127.0.0.1:1', user: 'target', password: 'planted RPC password' },
      fee_sat_vb: 2,
    },
    listen: { http: '127.0.0.1:8080', grpc: '127.0.0.1:8081' },
    public: { issuer: 'http://127.0.0.1:8080', grpc: '127.0.0.1:8081' },
    transport: 'plain',
    policy: {
      log_period_seconds: 3_600,
      anchor_period_seconds: 86_400,
      canary_max_age_seconds: 273_600,
      confirmations: 2,
      channel_confirmations: 3,
    },
  };
}
