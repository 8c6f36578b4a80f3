/** One native server as data: how to run it and how to know that it is up. */
export interface Server {
  /** `kafka-1`, `rabbitmq`, `postgres` … */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The user it runs as when we are root. */
  readonly user?: 'postgres';
  readonly port: number;
  /** Ends it in order, within seconds. */
  readonly stopSignal: NodeJS.Signals;
  /** Makes data folder and configuration; safe to repeat. */
  prepare(): Promise<void>;
}
