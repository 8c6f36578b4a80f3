import type { Faults } from '@waybill/messaging-conformance';
import { launch } from '../servers/launch.ts';
import { killServer, pauseServer, resumeServer } from '../servers/running.ts';
import { serversOf } from '../servers/servers.ts';
import type { Site } from '../servers/site.ts';

interface Struck {
  readonly restarted: readonly string[];
  /** So old must a declaration be to outlive a kill. */
  readonly declaredMs?: number;
  readonly paused: readonly string[];
}

/** SIGKILL and a new start; SIGSTOP and SIGCONT. */
export function faultsOf(site: Site, { restarted, declaredMs = 0, paused }: Struck): Faults {
  const each = async (names: readonly string[], strike: (name: string) => Promise<void>) =>
    void (await Promise.all(names.map(strike)));
  return {
    restart: async () => {
      await new Promise((resolve) => setTimeout(resolve, declaredMs));
      await each(restarted, (name) => killServer(site, name));
      await each(restarted, (name) =>
        launch(
          site,
          serversOf(site).find((server) => server.name === name)!,
        ),
      );
    },
    pause: () => each(paused, (name) => pauseServer(site, name)),
    resume: () => each(paused, (name) => resumeServer(site, name)),
  };
}
