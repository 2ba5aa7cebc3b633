/** An architecture in the words of the tools that build for it. */
export interface Architecture {
  /** Node's, and ours. */
  readonly name: 'x64' | 'arm64';
  readonly go: 'amd64' | 'arm64';
}

export const ARCHITECTURES: readonly Architecture[] = [
  { name: 'x64', go: 'amd64' },
  { name: 'arm64', go: 'arm64' },
];
