import { SlidersHorizontal } from "lucide-react";
import type { Metadata } from "next";
import { GuideArticle } from "@/components/connectors/guide-article";
import { PrintButton } from "@/components/connectors/print-button";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { ButtonLink } from "@/components/ui/button";
import { Logo } from "@/components/ui/logo";
import { loadCallbackUrl } from "@/lib/oauth/loaders";
import { loadGuide } from "@/lib/partners/loaders";

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { name } = await loadGuide((await params).slug);
  return { title: `Guide to ${name}` };
}

export default async function GuidePage({ params }: Props) {
  const { slug } = await params;
  const [{ name, guide, description }, callbackUrl] = await Promise.all([loadGuide(slug), loadCallbackUrl(slug)]);
  return (
    <Page crumbs={[{ label: "Guides", href: "/connectors/guides" }, { label: name }]}>
      <PageHeader
        logo={<Logo name={name} slug={slug} size="large" />}
        title={guide.title}
        sentence={description || guide.intro}
        actions={
          <>
            <PrintButton />
            <ButtonLink href={`/connectors/${slug}`} icon={<SlidersHorizontal aria-hidden />} className="print:hidden">
              Authentication settings
            </ButtonLink>
          </>
        }
      />
      <GuideArticle slug={slug} name={name} guide={guide} callbackUrl={callbackUrl} />
    </Page>
  );
}
