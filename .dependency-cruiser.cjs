/**
 * Borders of the house (CONTRIBUTING, "Who imports whom"). `depcruise reference conformance vectors spec schemas`.
 * Tests may read files wherever they stand; what they test may not.
 */
const TEST = '\\.test\\.ts$';
const REAL_NODE = '(\\.node\\.test|/test-real-node)\\.ts$';
const NODE_IO =
  '^(node:)?(fs|fs/promises|net|tls|dgram|dns|dns/promises|http|https|http2|child_process|cluster|worker_threads|os|process|readline|repl|inspector|sqlite|timers|timers/promises|stream|crypto)$';
/** Folders of reference/ from the bottom up. A folder imports those before it, never those after it. */
const LAYERS = ['gen', 'core', 'chain', 'runtime', 'log', 'directory', 'entity'];
const ROLES = ['dta', 'idp', 'relay', 'pat', 'audit'];

const upwards = LAYERS.map((layer, index) => ({
  name: `${layer}-imports-downwards`,
  comment:
    'The way of the data is the way of the folders: gen → core → chain → runtime → log, directory → entity → roles → cli.',
  severity: 'error',
  from: { path: `^reference/${layer}/` },
  to: { path: `^reference/(${[...LAYERS.slice(index + 1), ...ROLES, 'cli'].join('|')})/` },
}));
// chain and runtime stand side by side: neither knows the other.
const runtimeAndChain = {
  name: 'runtime-and-chain-apart',
  comment: 'What every service shares knows no Bitcoin, and Bitcoin knows no service.',
  severity: 'error',
  from: { path: '^reference/runtime/' },
  to: { path: '^reference/chain/' },
};

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'A cycle has no lowest file to begin reading at.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere would hide what it breaks.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A package that package.json does not name is there by accident.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-package-in-product',
      comment: 'What is published runs with `dependencies` alone.',
      severity: 'error',
      from: { path: '^(reference|conformance)/', pathNot: `${TEST}|-fixture\\.ts$|/bench/|/tools/` },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-is-pure',
      comment:
        'Clock, randomness, network and storage come into core as arguments. A hash by OpenSSL is none of these.',
      severity: 'error',
      from: { path: '^reference/core/', pathNot: `${TEST}|^reference/core/sha256\\.ts$` },
      to: { path: NODE_IO, dependencyTypes: ['core'] },
    },
    {
      name: 'conformance-imports-only-gen',
      comment: 'The kit judges by its own eyes: of the reference it may use generated types and codecs, nothing else.',
      severity: 'error',
      from: { path: '^conformance/' },
      to: { path: '^reference/', pathNot: '^reference/gen/' },
    },
    {
      name: 'reference-knows-no-kit',
      comment: 'The reference gets no privilege and knows nothing of who tests it.',
      severity: 'error',
      from: { path: '^reference/', pathNot: `^reference/bench/|${REAL_NODE}` },
      to: { path: '^(conformance|vectors|spec)/' },
    },
    {
      name: 'real-node-from-the-kit',
      comment: 'Tests of the reference on a real bitcoind start one as the kit does, and take nothing else of the kit.',
      severity: 'error',
      from: { path: `^reference/.*${REAL_NODE}` },
      to: { path: '^(conformance|vectors|spec)/', pathNot: '^conformance/chain/' },
    },
    {
      name: 'oracle-stands-alone',
      comment: 'The oracle judges; it needs neither world nor kit.',
      severity: 'error',
      from: { path: '^conformance/oracle/' },
      to: { path: '^conformance/(?!oracle/)' },
    },
    {
      name: 'roles-apart',
      comment: 'A role imports no other role.',
      severity: 'error',
      from: { path: `^reference/(${ROLES.join('|')})/` },
      to: { path: `^reference/(${ROLES.join('|')})/`, pathNot: '^reference/$1/' },
    },
    {
      name: 'nothing-imports-a-cli',
      comment: 'A command line parses arguments; what others need lies below it.',
      severity: 'error',
      from: { pathNot: '^(reference|conformance)/cli/' },
      to: { path: '^(reference|conformance)/cli/' },
    },
    ...upwards,
    runtimeAndChain,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out|\\.tools)/' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    detectJSDocImports: false,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};
