import type { Metadata } from "next";
import { Profile } from "@/components/access/profile";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { loadProfile } from "@/lib/access/loaders";

export const metadata: Metadata = { title: "Your account" };

export default async function ProfilePage() {
  const profile = await loadProfile("/settings/profile");
  return (
    <Page crumbs={[{ label: "Settings" }, { label: "Your account" }]}>
      <PageHeader title={profile.name} sentence={profile.email} />
      <Profile {...profile} />
    </Page>
  );
}
