import type { Config } from '@axion/config';

/** A secret that lies on the host for the service manager to hand over, in the clear or encrypted by `systemd-creds`. */
export type StoredSecret = 'plain' | 'encrypted';

/** The host that units are written for. All paths are absolute. */
export interface Host {
  /** The link to the running release: holds `bin/` and `lib/`. */
  readonly release: string;
  /** The configuration that the components read. */
  readonly configFile: string;
  readonly config: Config;
  /** systemd's version; 247 is the least. */
  readonly systemd: number;
  /** Where secrets lie that are handed to single components. */
  readonly secretsDir: string;
  /** Those that are there, by the name of their key. */
  readonly secrets: ReadonlyMap<string, StoredSecret>;
}

/** From where on systemd knows what a unit would like to have. */
export const SINCE = {
  /** `SocketBindDeny=`, `SocketBindAllow=` */
  socketBind: 249,
  /** `LoadCredentialEncrypted=` */
  encryptedCredentials: 250,
  /** `OpenFile=`, by which a process without datagram sockets speaks to the manager itself */
  openFile: 253,
  /** `RestartSteps=`, `RestartMaxDelaySec=` */
  restartSteps: 254,
} as const;
