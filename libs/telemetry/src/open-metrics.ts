import { metrics } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { makeInstrumentsAnew } from './instruments.js';
import { closeMetricsPage, openMetricsPage } from './metrics-page.js';
import { showProcess } from './process-metrics.js';

/** Lets instruments count, those of the process itself among them, for the page that is asked for. The answer ends it. */
export function openMetrics(serviceName: string): () => Promise<void> {
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    readers: [openMetricsPage()],
  });
  metrics.setGlobalMeterProvider(provider);
  makeInstrumentsAnew();
  const hideProcess = showProcess();
  return async () => {
    hideProcess();
    closeMetricsPage();
    metrics.disable();
    await provider.shutdown();
  };
}
