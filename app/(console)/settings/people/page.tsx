import type { Metadata } from "next";
import { InvitePerson, People } from "@/components/access/people";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { loadPeople } from "@/lib/access/loaders";

export const metadata: Metadata = { title: "People and roles" };

export default async function PeoplePage() {
  const { people, invitations, mayWrite, self } = await loadPeople();
  return (
    <Page crumbs={[{ label: "Settings" }, { label: "People and roles" }]}>
      <PageHeader
        title="People and roles"
        sentence="Your own team. People of your customers belong to their account."
        actions={mayWrite && <InvitePerson accountId={null} />}
      />
      <People accountId={null} people={people} invitations={invitations} mayWrite={mayWrite} self={self} />
    </Page>
  );
}
