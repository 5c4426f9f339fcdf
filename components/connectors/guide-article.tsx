import clsx from "clsx";
import type { ReactNode } from "react";
import { sentenceList, type Guide, type GuideStep, type GuideValue, type MethodGuide } from "@/lib/auth-methods/guide";
import { CopyButton } from "../ui/copy-button";
import { Note } from "../ui/note";
import { Table, Td, Th, Tr } from "../ui/table";
import { GuideSteps } from "./guide-steps";

export interface GuideArticleProps {
  slug: string;
  name: string;
  guide: Guide;
  callbackUrl: string | null;
}

interface Heading {
  id: string;
  label: string;
  level: 2 | 3;
}

/** Sections of a guide in order, for the list at its side. A part that the connector doesn't need isn't there. */
function headings(guide: Guide): readonly Heading[] {
  const partner = guide.methods.some((m) => m.partner.length > 0);
  return [
    { id: "connector-setup", label: "Connector setup", level: 2 },
    { id: "requirements", label: "Requirements", level: 3 },
    { id: "authentication-details", label: "Get authentication details", level: 3 },
    ...(partner ? [{ id: "partner-level-authentication", label: "Partner level authentication", level: 2 } as const] : []),
    { id: "account-setup", label: "Account setup", level: 2 },
  ];
}

function Contents({ guide }: { guide: Guide }) {
  return (
    <nav aria-label="In this guide" className="sticky top-6 text-sm print:hidden max-lg:hidden">
      <ul className="grid gap-1.5 border-l border-line">
        {headings(guide).map((heading) => (
          <li key={heading.id} className={clsx(heading.level === 3 ? "pl-7" : "pl-3.5")}>
            <a href={`#${heading.id}`} className="rounded-xs text-ink-2 hover:text-ink">
              {heading.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="grid gap-4">
      <h2 id={id} className="scroll-mt-6 border-b border-line pb-2">
        {title}
      </h2>
      {children}
    </section>
  );
}

function ValueTable({ label, values, callback = false }: { label: string; values: readonly GuideValue[]; callback?: boolean }) {
  return (
    <div className="rounded-lg border border-line">
      <Table label={label}>
        <thead>
          <tr>
            <Th>Value</Th>
            <Th>Description</Th>
          </tr>
        </thead>
        <tbody>
          {values.map((value) => (
            <Tr key={value.name}>
              <Td className="font-medium whitespace-nowrap">{value.label}</Td>
              <Td className="text-ink-2">{value.description}</Td>
            </Tr>
          ))}
          {callback && (
            <Tr>
              <Td className="font-medium whitespace-nowrap">Callback URL</Td>
              <Td className="text-ink-2">Keyway fills this field by default.</Td>
            </Tr>
          )}
        </tbody>
      </Table>
    </div>
  );
}

/** One part per authentication method, under its name where there are several. */
function PerMethod({
  guide,
  heading: Heading,
  children,
}: {
  guide: Guide;
  /** The level below the heading it stands under. */
  heading: "h3" | "h4";
  children: (method: MethodGuide) => ReactNode;
}) {
  const several = guide.methods.length > 1;
  return guide.methods.map((method) => (
    <div key={method.methodId} className="grid gap-4">
      {several && <Heading className="text-sm font-semibold">{method.title}</Heading>}
      {children(method)}
    </div>
  ));
}

const valuesOf = (steps: readonly GuideStep[]): readonly GuideValue[] => steps.flatMap((step) => step.values ?? []);
const AT_PROVIDER: ReadonlySet<GuideStep["id"]> = new Set(["app", "callback", "scopes"]);

/** The Authentication Setup Guide as a document: deep-linkable by heading, and fit to print. */
export function GuideArticle({ slug, name, guide, callbackUrl }: GuideArticleProps) {
  const needsApp = guide.methods.some((m) => m.partner.some((s) => s.id === "app"));
  const partnerMethods = { ...guide, methods: guide.methods.filter((m) => valuesOf(m.partner).length > 0) };
  const copyCallback = (step: GuideStep) =>
    step.copy === "callback" && callbackUrl ? (
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <code className="min-w-0 rounded-md border border-line bg-sunken px-2.5 py-1.5 wrap-anywhere">{callbackUrl}</code>
        <CopyButton small text={callbackUrl} what="callback URL" className="print:hidden" />
      </div>
    ) : null;
  return (
    <div className="grid items-start gap-10 lg:grid-cols-[minmax(0,44rem)_14rem] print:block">
      <article className="grid min-w-0 gap-9">
        <Section id="connector-setup" title="Connector setup">
          <h3 id="requirements" className="scroll-mt-6">
            Requirements
          </h3>
          <ul className="list-disc space-y-1 pl-5 text-ink-2">
            <li>
              {needsApp
                ? `An account in ${name} that may create apps or API clients.`
                : `An account in ${name} with access to its API.`}
            </li>
            {partnerMethods.methods.length > 0 && <li>The role owner or editor in Keyway, to save what you get there.</li>}
          </ul>
          <h3 id="authentication-details" className="scroll-mt-6">
            Get authentication details
          </h3>
          <PerMethod guide={guide} heading="h4">
            {(method) => {
              const there = method.partner.filter((step) => AT_PROVIDER.has(step.id));
              const wanted = valuesOf(method.partner).length > 0 ? valuesOf(method.partner) : valuesOf(method.account);
              return (
                <>
                  {there.length > 0 && <GuideSteps steps={there} below={copyCallback} />}
                  {wanted.length > 0 && (
                    <p className="text-ink-2">
                      From {name} you need {sentenceList(wanted.map((value) => value.label))}.
                    </p>
                  )}
                  <p className="text-ink-2">{method.appearance}</p>
                </>
              );
            }}
          </PerMethod>
          {guide.links.length > 0 && (
            <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
              {guide.links.map((link) => (
                <li key={link.url}>
                  <a href={link.url} target="_blank" rel="noreferrer" className="link">
                    {link.label}
                  </a>
                </li>
              ))}
            </ul>
          )}
        </Section>
        {partnerMethods.methods.length > 0 && (
          <Section id="partner-level-authentication" title="Partner level authentication">
            <p className="text-ink-2">
              With your own values here, customers pass through the sign-in with them: they create nothing of their own, and see
              your name.
            </p>
            <ol className="list-decimal space-y-1 pl-5">
              <li>Go to Connectors, then Application library.</li>
              <li>
                Search for {name} and open it, or go to{" "}
                <a href={`/connectors/${slug}`} className="link">
                  its authentication settings
                </a>
                .
              </li>
              <li>Enter the values of this table.</li>
              <li>Select Save changes.</li>
            </ol>
            <PerMethod guide={partnerMethods} heading="h3">
              {(method) => (
                <ValueTable
                  label={`Values of ${method.title}`}
                  values={valuesOf(method.partner)}
                  callback={method.partner.some((step) => step.copy === "callback")}
                />
              )}
            </PerMethod>
            <Note kind="info">
              Any value you leave blank is asked for when the connector is installed into an account. So accounts can use
              different settings, or customers their own credentials.
            </Note>
          </Section>
        )}
        <Section id="account-setup" title="Account setup">
          <p className="text-ink-2">
            {partnerMethods.methods.length > 0
              ? "What a customer does when every value above is set. Blank ones are asked for as well."
              : "Everything belongs to the customer: they do this when they install the connector."}
          </p>
          <PerMethod guide={guide} heading="h3">
            {(method) => (
              <GuideSteps
                steps={method.account}
                below={(step) =>
                  step.values && (
                    <div className="mt-2">
                      <ValueTable label={step.title} values={step.values} />
                    </div>
                  )
                }
              />
            )}
          </PerMethod>
        </Section>
      </article>
      <Contents guide={guide} />
    </div>
  );
}
