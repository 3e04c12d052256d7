/**
 * Facts of transparency-dev's list (https://github.com/transparency-dev/merkle, proof/verify_test.go, Apache-2.0): eight
 * leaves, the roots of their trees, and proofs. A leaf is counted from 1 there.
 */

interface Official {
  readonly leaves: readonly string[];
  readonly roots: readonly string[];
  readonly inclusions: readonly { readonly leaf: number; readonly size: number; readonly proof: readonly string[] }[];
  readonly consistencies: readonly {
    readonly first: number;
    readonly second: number;
    readonly proof: readonly string[];
  }[];
}

const LEAF_0 = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d';
const LEAF_1 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const LEAF_4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const LEAF_6 = 'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f';
const NODE_0_1 = 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125';
const NODE_2_3 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const NODE_4_5 = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';
const NODE_6_7 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const NODE_0_3 = 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7';
const NODE_4_7 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';

export const OFFICIAL: Official = {
  leaves: ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'],
  roots: [
    LEAF_0,
    NODE_0_1,
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    NODE_0_3,
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ],
  inclusions: [
    { leaf: 1, size: 1, proof: [] },
    { leaf: 1, size: 8, proof: [LEAF_1, NODE_2_3, NODE_4_7] },
    { leaf: 6, size: 8, proof: [LEAF_4, NODE_6_7, NODE_0_3] },
    { leaf: 3, size: 3, proof: [NODE_0_1] },
    { leaf: 2, size: 5, proof: [LEAF_0, NODE_2_3, LEAF_4] },
  ],
  consistencies: [
    { first: 1, second: 1, proof: [] },
    { first: 1, second: 8, proof: [LEAF_1, NODE_2_3, NODE_4_7] },
    { first: 6, second: 8, proof: [NODE_4_5, NODE_6_7, NODE_0_3] },
    { first: 2, second: 5, proof: [NODE_2_3, LEAF_4] },
    { first: 6, second: 7, proof: [NODE_4_5, LEAF_6, NODE_0_3] },
  ],
};

/** The hash of nothing in that list's corrupted proofs. */
export const SOME_HASH = 'abacaba000000000000000000000000000000000000000000060061e00123456';
