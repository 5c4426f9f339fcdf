"use client";

import { createContext, useContext, type ReactNode } from "react";
import { NotFoundMessage } from "../shell/message-page";
import { ButtonLink } from "../ui/button";
import { PortalPage, type PortalPageProps } from "./portal-page";

type Place = Pick<PortalPageProps, "brand" | "account" | "hasSeveral">;

const PlaceContext = createContext<Place | null>(null);

/** Says whose portal the pages below are, for one that isn't there and so can load nothing. */
export function PortalPlace({ place, children }: { place: Place; children: ReactNode }) {
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

/** What a page of the portal that isn't there says, in the partner's frame. */
export function PortalNotFound() {
  const place = useContext(PlaceContext);
  if (!place) return <NotFoundMessage />;
  return (
    <PortalPage {...place}>
      <title>{`Not found · ${place.brand.name}`}</title>
      <h1>There is nothing at this address</h1>
      <p className="mt-2 text-ink-2">It may have been removed, or the link may be wrong.</p>
      <div className="mt-5">
        <ButtonLink href={`/portal/${place.account.id}`}>Go to your connectors</ButtonLink>
      </div>
    </PortalPage>
  );
}
