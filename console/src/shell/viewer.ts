import { useSuspenseQuery } from '@tanstack/react-query';

import { type Formats, formatsOf, languageOf } from '../format/formats.js';
import { type ResultOf, graphql } from '../graphql/graphql.js';
import { asking } from '../graphql/queries.js';

export const Viewer = graphql(`
  query Viewer {
    me {
      actor {
        name
      }
      email
      role
      actions
      tenant {
        id
        slug
        name
        zone
        currency
        isSandbox
        twinId
        now
      }
      tenants {
        role
        tenant {
          id
          name
          isSandbox
          twinId
        }
      }
    }
  }
`);

/** Who is signed in, for which tenant, and what they may do there. */
export type ViewerFields = ResultOf<typeof Viewer>['me'];

/** Something that a role lets one do. */
export type Action = ViewerFields['actions'][number];

export const viewerQuery = asking(Viewer, {});

/** Who is signed in; the shell has asked before any page is shown. */
export function useViewer(): ViewerFields & { readonly may: (action: Action) => boolean } {
  const { me } = useSuspenseQuery(viewerQuery).data;
  return { ...me, may: (action) => me.actions.includes(action) };
}

/** How the tenant's amounts and instants are written. */
export function useFormats(): Formats {
  const { zone } = useViewer().tenant;
  const key = `${zone} ${languageOf(navigator.languages)}`;
  const formats = known.get(key) ?? formatsOf(zone, languageOf(navigator.languages));
  known.set(key, formats);
  return formats;
}

/** Making a formatter of `Intl` is slow; there is one tenant, hence one zone, at a time. */
const known = new Map<string, Formats>();
