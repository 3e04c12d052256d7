/** The two RPC users of a node under test: the kit's own, and `target`, which can neither mine nor stop it. */
import { createHmac, randomBytes } from 'node:crypto';

export interface RpcUser {
  user: string;
  password: string;
}

/** What a target may call: chain queries, raw transactions, wallets. Mining, stopping, mock time and peers answer 403. */
const TARGET_METHODS: readonly string[] = [
  ...[
    'getbestblockhash',
    'getblock',
    'getblockchaininfo',
    'getblockcount',
    'getblockfilter',
    'getblockhash',
    'getblockheader',
  ],
  ...[
    'getblockstats',
    'getchaintips',
    'getchaintxstats',
    'getdifficulty',
    'getindexinfo',
    'getmempoolancestors',
    'getmempooldescendants',
  ],
  ...[
    'getmempoolentry',
    'getmempoolinfo',
    'getrawmempool',
    'gettxout',
    'gettxoutproof',
    'gettxspendingprevout',
    'verifytxoutproof',
  ],
  ...['scanblocks', 'scantxoutset', 'waitforblock', 'waitforblockheight', 'waitfornewblock'],
  ...['estimatesmartfee', 'getnetworkinfo', 'getconnectioncount', 'getrpcinfo', 'help', 'uptime'],
  ...[
    'createrawtransaction',
    'combinerawtransaction',
    'decoderawtransaction',
    'decodescript',
    'fundrawtransaction',
    'getrawtransaction',
  ],
  ...['sendrawtransaction', 'signrawtransactionwithkey', 'testmempoolaccept', 'submitpackage'],
  ...[
    'analyzepsbt',
    'combinepsbt',
    'converttopsbt',
    'createpsbt',
    'decodepsbt',
    'finalizepsbt',
    'joinpsbts',
    'utxoupdatepsbt',
  ],
  ...['deriveaddresses', 'getdescriptorinfo', 'validateaddress', 'verifymessage'],
  ...[
    'abandontransaction',
    'bumpfee',
    'createwallet',
    'createwalletdescriptor',
    'getaddressinfo',
    'getaddressesbylabel',
    'getbalance',
  ],
  ...[
    'getbalances',
    'gethdkeys',
    'getnewaddress',
    'getrawchangeaddress',
    'getreceivedbyaddress',
    'gettransaction',
    'getwalletinfo',
  ],
  ...['importdescriptors', 'keypoolrefill', 'listaddressgroupings', 'listdescriptors', 'listlabels', 'listlockunspent'],
  ...[
    'listreceivedbyaddress',
    'listsinceblock',
    'listtransactions',
    'listunspent',
    'listwalletdir',
    'listwallets',
    'loadwallet',
  ],
  ...['lockunspent', 'psbtbumpfee', 'rescanblockchain', 'send', 'sendall', 'sendmany', 'sendtoaddress', 'setlabel'],
  ...['signrawtransactionwithwallet', 'unloadwallet', 'walletcreatefundedpsbt', 'walletprocesspsbt'],
];

/** Credentials from the system's CSPRNG. */
export function randomUser(user: string): RpcUser {
  return { user, password: randomBytes(24).toString('base64url') };
}

/**
 * `rpcauth` and `rpcwhitelist` for both users. The node gets a salted HMAC-SHA256 of each password (the form of
 * Bitcoin's own `rpcauth.py`), so that no password stands in the process list or in a file.
 */
export function userArguments(kit: RpcUser, target: RpcUser): string[] {
  return [
    `-rpcauth=${rpcauth(kit)}`,
    `-rpcauth=${rpcauth(target)}`,
    `-rpcwhitelist=${target.user}:${TARGET_METHODS.join(',')}`,
    '-rpcwhitelistdefault=0', // who has no whitelist, the kit, may call everything
  ];
}

function rpcauth({ user, password }: RpcUser): string {
  const salt = randomBytes(16).toString('hex');
  return `${user}:${salt}$${createHmac('sha256', salt).update(password).digest('hex')}`;
}
