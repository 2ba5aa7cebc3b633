/** An image name by the rules of Docker's distribution/reference. */
export interface ImageReference {
  /** The way Docker shows it, with `:latest` when neither tag nor digest was given; an image id stays as it is. */
  readonly familiar: string;
  readonly domain: string;
  readonly digest: string | undefined;
}

const IMAGE_ID = /^[a-f0-9]{64}$/;
const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_PART}(?:\\.${DOMAIN_PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const PATH = `${PATH_PART}(?:/${PATH_PART})*`;
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^((?:${DOMAIN}/)?${PATH})(?::(\\w[\\w.-]{0,127}))?(?:@(${DIGEST}))?$`);
const DIGEST_LENGTHS: ReadonlyMap<string, number> = new Map([['sha256', 64], ['sha384', 96], ['sha512', 128]]);

/** The parts of an image name, or why it is none (a `string`). */
export const parseImageReference = (image: string): ImageReference | string => {
  if (IMAGE_ID.test(image) || (new RegExp(`^${DIGEST}$`).test(image) && digestProblem(image) === undefined)) {
    return { familiar: image, domain: '', digest: undefined };
  }
  const [domain, path] = splitDomain(image);
  const repository = path.split(':', 1)[0] as string;
  if (repository.toLowerCase() !== repository) return `invalid reference format: repository name (${repository}) must be lowercase`;
  const [, name, tag, digest] = REFERENCE.exec(`${domain}/${path}`) ?? [];
  if (name === undefined) return 'invalid reference format';
  if (name.length - domain.length - 1 > 255) return 'repository name must not be more than 255 characters';
  const problem = digest === undefined ? undefined : digestProblem(digest);
  if (problem !== undefined) return problem;
  const short = domain === 'docker.io' ? name.slice('docker.io/'.length).replace(/^library\/(?=[^/]+$)/, '') : name;
  const ending = tag === undefined && digest === undefined ? ':latest' : `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return { familiar: short + ending, domain, digest };
};

/** The part before the first slash is a registry only if it looks like a host; short names live in Docker's library. */
const splitDomain = (image: string): [domain: string, path: string] => {
  const slash = image.indexOf('/');
  const head = image.slice(0, Math.max(slash, 0));
  const isHost = slash >= 0 && (/[.:]/.test(head) || head === 'localhost' || head.toLowerCase() !== head);
  const domain = !isHost || head === 'index.docker.io' ? 'docker.io' : head;
  const path = isHost ? image.slice(slash + 1) : image;
  return [domain, domain === 'docker.io' && !path.includes('/') ? `library/${path}` : path];
};

const digestProblem = (digest: string): string | undefined => {
  const colon = digest.indexOf(':');
  const expected = DIGEST_LENGTHS.get(digest.slice(0, colon));
  if (expected === undefined) return 'unsupported digest algorithm';
  return new RegExp(`^[a-f0-9]{${expected}}$`).test(digest.slice(colon + 1)) ? undefined : 'invalid checksum digest length';
};
