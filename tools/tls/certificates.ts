import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../servers/run.ts';

export interface Certificate {
  /** Files in PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** Authorities and certificates for a test, made by OpenSSL, which PostgreSQL's package brings along. Valid for a day. */
export class Certificates {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async authority(name: string): Promise<Certificate> {
    await mkdir(this.folder, { recursive: true });
    const made = this.filesOf(name);
    const subject = ['-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE'];
    await openssl(['req', '-x509', ...newKey, ...subject, '-keyout', made.key, '-out', made.certificate]);
    return made;
  }

  /** For one host and no other: names are compared with the alternative names alone. */
  async server(host: string, authority: Certificate): Promise<Certificate> {
    const made = this.filesOf(host);
    const signed = ['-CA', authority.certificate, '-CAkey', authority.key];
    const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
    const out = ['-keyout', made.key, '-out', made.certificate];
    await openssl(['req', '-x509', ...newKey, ...names, ...leaf, ...signed, ...out]);
    return made;
  }

  /** Something to name in a variable. */
  async file(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    return path;
  }

  private filesOf(name: string): Certificate {
    return { certificate: join(this.folder, `${name}.pem`), key: join(this.folder, `${name}.key.pem`) };
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];

const openssl = (args: readonly string[]) =>
  run('openssl', args, { fix: 'OpenSSL 3 is needed: sudo apt-get install -y openssl' });
