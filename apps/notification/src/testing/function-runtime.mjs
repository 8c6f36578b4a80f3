/** Loads the handler once and calls it for each event it is sent, one at a time, as Lambda's runtime does. */
const { handler } = await import('../../dist/lambda.js');
process.on('message', async ({ event, remainingMs }) => {
  const until = Date.now() + remainingMs;
  process.send(await handler(event, { getRemainingTimeInMillis: () => until - Date.now() }));
});
process.send('loaded');
