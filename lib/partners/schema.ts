import { z } from "zod";

const text = (label: string, max: number) =>
  z
    .string({ error: `${label} is required.` })
    .trim()
    .min(1, `${label} is required.`)
    .max(max, `${label} can have at most ${max} characters.`);

const blankToNull = (value: string | null | undefined) => (value === undefined ? undefined : value?.trim() ? value.trim() : null);

export const timezoneSchema = z.string().refine(
  (zone) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  },
  { error: "Time zone has to be an IANA name, such as Europe/London." },
);

export const MAX_CONCURRENT_TRANSACTIONS = 50;
const atOnce = `Runs at the same time is a whole number from 1 to ${MAX_CONCURRENT_TRANSACTIONS}.`;

/** As typed: a whole number, or blank for what the instance says. */
const concurrentTransactionsSchema = z
  .string()
  .trim()
  .refine((text) => text === "" || (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_CONCURRENT_TRANSACTIONS), {
    error: atOnce,
  })
  .transform((text) => (text === "" ? null : Number(text)));

/** An account as a person types it. */
export const accountInputSchema = z.object({
  name: text("Name", 200),
  externalId: z
    .string()
    .trim()
    .max(200, "API ID can have at most 200 characters.")
    .regex(/^[^\s/?#]*$/, "API ID can't contain spaces, slashes, ? or #.")
    .optional()
    .transform((v) => v || undefined),
  description: z.string().max(2000, "Description can have at most 2000 characters.").nullish().transform(blankToNull),
  timezone: timezoneSchema.default("UTC"),
  /** What is absent stays as it is. */
  concurrentTransactions: concurrentTransactionsSchema.optional(),
});
export type AccountInput = z.output<typeof accountInputSchema>;

export const partnerInputSchema = z.object({
  name: text("Name", 120),
  ownerEmail: z.email("Owner's e-mail has to be an e-mail address.").max(254),
});

const hexColour = z.string().regex(/^#[0-9a-f]{6}$/i, "Colour has to look like #1f4f8a.");

/** At most 100 KB as a data URL of a raster image: SVG could carry script. */
const logo = z
  .string()
  .max(140_000, "Logo can have at most 100 KB.")
  .regex(/^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/=]+$/, "Logo has to be a PNG, JPEG or WebP image.");

export const brandingInputSchema = z.object({
  displayName: z
    .string()
    .trim()
    .max(80, "Display name can have at most 80 characters.")
    .optional()
    .transform((v) => v || undefined),
  accent: z
    .union([z.literal(""), hexColour])
    .optional()
    .transform((v) => v || undefined),
  logo: z
    .union([z.literal(""), logo])
    .optional()
    .transform((v) => v || undefined),
  supportUrl: z
    .union([z.literal(""), z.url({ protocol: /^https?$/, error: "Help link has to be a web address." }).max(500)])
    .optional()
    .transform((v) => v || undefined),
});
export type Branding = Partial<z.output<typeof brandingInputSchema>>;

export const accountsQuerySchema = z.object({
  query: z.string().trim().max(100).default("").catch(""),
  page: z.coerce.number().int().min(1).max(100_000).default(1).catch(1),
});
