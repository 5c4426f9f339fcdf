interface Branded {
  readonly name: string;
  readonly slug: string;
  readonly branding: {
    readonly displayName?: string | undefined;
    readonly logo?: string | undefined;
    readonly accent?: string | undefined;
    readonly supportUrl?: string | undefined;
  };
}

/** What customers see of a partner instead of Keyway. In: the partner. Out: its name to them, logo, colour and help link. */
export const brandOf = ({ name, slug, branding }: Branded) => ({
  name: branding.displayName ?? name,
  slug,
  logoUrl: branding.logo ?? null,
  colour: branding.accent ?? null,
  supportUrl: branding.supportUrl ?? null,
});
