/**
 * Where AWS's clients go, and as whom. Said outright: left to themselves they read this process' own environment, which
 * may speak of another system than the one meant.
 */
export function awsOptions(environment: Readonly<Record<string, string | undefined>>) {
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  return {
    ...(endpoint && { endpoint }),
    ...(region && { region }),
    // Temporary credentials are AWS's chain's to read and to renew.
    ...(accessKeyId && secretAccessKey && !sessionToken && { credentials: { accessKeyId, secretAccessKey } }),
  };
}
