import type { ApiService } from '@millrace/api-service';
import { patientView } from './requests.js';

const JSON_BODY = { 'Content-Type': 'application/fhir+json' };

/** Requests for definitions; without another one they go to the API that `usual` gives when they are made. */
export function definitionRequests(usual: () => ApiService) {
  const address = (id: string, at = usual(), type = 'ViewDefinition') => `${at.fhirUrl}/${type}/${id}`;
  return {
    address,
    put(id: string, more: object = {}, headers: Record<string, string> = {}, at = usual()) {
      return fetch(address(id, at), {
        method: 'PUT',
        headers: { ...JSON_BODY, ...headers },
        body: JSON.stringify({ ...patientView, id, ...more }),
      });
    },
    /** Sends a text to a path below the base. */
    send(method: string, path: string, body: string, headers: Record<string, string> = {}, at = usual()) {
      return fetch(`${at.fhirUrl}/${path}`, { method, headers: { ...JSON_BODY, ...headers }, body });
    },
  };
}

export const library = (more: object = {}) => ({ resourceType: 'Library', status: 'active', ...more });
