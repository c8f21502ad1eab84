// An endpoint that stands in for AWS's own, as the environment or the AWS config file gives it. The SDK looks for it in
// AWS_PROFILE's section alone, whatever profile a connection names; here it is that profile's.
import { loadSharedConfigFiles } from '@smithy/core/config';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { GetCallerIdentityCommand, IAMClient, iamOperations, STSClient } from './operations.ts';

export type Service = 'IAM' | 'STS';

/**
 * @param profile of the connection; without one, the one that the SDK's chain uses
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function configuredEndpoint(service: Service, profile: string | undefined): Promise<string | undefined> {
  const { env } = process;
  const { configFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const section = configFile[profile ?? (env.AWS_PROFILE || 'default')] ?? {};
  const ignores = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS || section.ignore_configured_endpoint_urls;
  if (ignores?.toLowerCase() === 'true') return undefined;
  const services = configFile[`services.${section.services}`] ?? {};
  return (
    env[`AWS_ENDPOINT_URL_${service}`] ||
    env.AWS_ENDPOINT_URL ||
    services[`${service.toLowerCase()}.endpoint_url`] ||
    section.endpoint_url ||
    undefined
  );
}

/** Where the SDK sends a service's requests by itself, FIPS and dual stack considered. Asks nobody. */
export async function awsEndpoint(service: Service, region: string, profile: string | undefined): Promise<string> {
  const config = { region, profile, ignoreConfiguredEndpointUrls: true };
  const { url } =
    service === 'IAM'
      ? await getEndpointFromInstructions({}, iamOperations.ListPolicies, new IAMClient(config).config)
      : await getEndpointFromInstructions({}, GetCallerIdentityCommand, new STSClient(config).config);
  return url.href;
}
