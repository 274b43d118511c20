import { ASSERTION_ALGORITHMS } from './verify-assertion.js';

/** The body of `[base]/.well-known/smart-configuration`. https://hl7.org/fhir/smart-app-launch/conformance.html */
export function smartConfiguration(tokenUrl: string): Readonly<Record<string, unknown>> {
  return {
    token_endpoint: tokenUrl,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['system/*.rs', 'system/*.read', 'system/*.cruds'],
    capabilities: ['client-confidential-asymmetric', 'permission-v1', 'permission-v2'],
  };
}
