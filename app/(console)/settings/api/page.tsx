import { BookOpen } from "lucide-react";
import type { Metadata } from "next";
import { AccessTokens, ApiClients } from "@/components/settings/api-clients";
import { ApiRanges, TargetOrigins } from "@/components/settings/api-limits";
import { WebhookDeliveries, WebhookEndpoints } from "@/components/settings/webhooks";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { ButtonLink } from "@/components/ui/button";
import { Card, CardBody } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { loadApiSettings } from "@/lib/api-clients/loaders";
import { loadWebhooks } from "@/lib/webhooks/loaders";

export const metadata: Metadata = { title: "API" };

/** Two lines that show how a token is got and used. */
const example = (origin: string): string =>
  [
    `curl ${origin}/oauth/token -d grant_type=client_credentials -d client_id=CLIENT_ID -d client_secret=CLIENT_SECRET`,
    `curl ${origin}/v1.0/account/connectors -H "Authorization: Bearer TOKEN" -H "X-Cyclr-Account: ACCOUNT_ID"`,
  ].join("\n");

export default async function ApiPage() {
  const { origin, clients, tokens, settings, mayWrite } = await loadApiSettings();
  const { endpoints, deliveries } = await loadWebhooks();
  return (
    <Page crumbs={[{ label: "Settings" }, { label: "API" }]}>
      <PageHeader
        title="API"
        sentence="Your backend does over the API whatever you do here."
        actions={
          <ButtonLink href="/docs/api" icon={<BookOpen aria-hidden />}>
            API reference
          </ButtonLink>
        }
      />
      <div className="grid gap-6">
        <ApiClients clients={clients} mayWrite={mayWrite} />
        <AccessTokens tokens={tokens} mayWrite={mayWrite} />
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <ApiRanges ranges={settings.apiRanges} mayWrite={mayWrite} />
          <TargetOrigins
            origins={settings.targetOrigins}
            startsAutomatically={settings.startsAutomatically}
            mayWrite={mayWrite}
          />
        </div>
        <WebhookEndpoints endpoints={endpoints} mayWrite={mayWrite} />
        <WebhookDeliveries deliveries={deliveries} mayWrite={mayWrite} />
        <Card>
          <CardBody className="grid gap-2">
            <h2>First calls</h2>
            <CodeBlock code={example(origin)} what="first calls" />
          </CardBody>
        </Card>
      </div>
    </Page>
  );
}
