import { SettingsForm } from "@/components/connectors/settings-form";
import { loadCallbackUrl } from "@/lib/oauth/loaders";
import { loadSettings } from "@/lib/partners/loaders";

export default async function SettingsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const [settings, callbackUrl] = await Promise.all([loadSettings(slug), loadCallbackUrl(slug)]);
  return <SettingsForm {...settings} callbackUrl={callbackUrl} />;
}
