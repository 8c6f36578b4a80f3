import { join } from 'node:path';
import type { Site } from '../servers/site.ts';

/** As in `docker-compose.yml`. */
export const composeProject = 'waybill';

/** Is there once `npm start` has made containers and volumes, so that `npm run clean` removes its own only. */
export const composeMade = ({ folder }: Site): string => join(folder, 'compose-project');
