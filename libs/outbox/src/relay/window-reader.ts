import { readDueRows } from '../statements/read-due-rows.js';
import type { Lease } from './lease-keeper.js';
import type { ReadFloor } from './read-floor.js';
import type { RelayConnections } from './relay-connections.js';
import type { RelayRow } from './relay-row.js';
import type { RelaySettings } from './relay.options.js';

/** The rows of one round, and the leases they were read under. */
export interface Window {
  readonly rows: readonly RelayRow[];
  readonly leases: readonly Lease[];
  /** More is waiting. */
  readonly full: boolean;
  /** How many windows in a row were read ahead. */
  readonly ahead: number;
  /** Of the connection it was read on. */
  readonly generation: number;
}

/** So many windows pass before one begins at the floor again, where rows may have appeared late or become due. */
const mostAhead = 10;

/**
 * Reads what is sent next. While a full window is with the broker, the one above it is read already: reading and sending
 * then take the time of the longer one. What was read ahead holds only if all before it was confirmed, since a row that
 * must wait stops the later ones of its key.
 */
export class WindowReader {
  constructor(
    private readonly broker: string,
    private readonly connections: RelayConnections,
    private readonly floor: ReadFloor,
    private readonly settings: RelaySettings,
  ) {}

  async read(leases: readonly Lease[]): Promise<Window> {
    for (;;) {
      const window = await this.readAbove(this.floor.under(leases), leases, 0);
      if (this.floor.held) return window;
    }
  }

  /** Nothing when there is no more, or when it is time to begin at the floor. Never rejects: then it is read again. */
  async readAhead({ rows, full, ahead }: Window, leases: readonly Lease[]): Promise<Window | undefined> {
    if (!full || ahead === mostAhead) return undefined;
    const highest = new Map(rows.map(({ partition, number }) => [partition, number]));
    const floors = leases.map((lease) => highest.get(lease.partition) ?? this.floor.under([lease])[0]!);
    return this.readAbove(floors, leases, ahead + 1).catch(() => undefined);
  }

  /** After a new connection, which may lead to another server, numbers mean nothing. */
  stillGood(window: Window | undefined): window is Window {
    return (
      window !== undefined && window.rows.length > 0 && window.generation === this.connections.generation
    );
  }

  private async readAbove(
    floors: readonly string[],
    leases: readonly Lease[],
    ahead: number,
  ): Promise<Window> {
    const { generation } = this.connections;
    const size = Math.ceil(this.settings.batchSize / leases.length);
    const parameters = [this.broker, leases.map(({ partition }) => partition), floors, size];
    const rows = await this.connections.query<RelayRow>(readDueRows, parameters);
    return { rows, leases, full: fillsAWindow(rows, size), ahead, generation };
  }
}

function fillsAWindow(rows: readonly RelayRow[], windowSize: number): boolean {
  const counts = new Map<number, number>();
  for (const { partition } of rows) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  return Math.max(...counts.values()) >= windowSize;
}
