import type { EffectiveValue } from "@/lib/installs/types";
import { Card } from "../ui/card";
import { StateTag, type State } from "../ui/state-tag";
import { Table, Td, Th, Tr } from "../ui/table";
import { Time } from "../ui/time";

const SOURCES: Record<EffectiveValue["source"], { label: string; state: State }> = {
  Account: { label: "Account", state: "accent" },
  Partner: { label: "Partner", state: "wait" },
  Definition: { label: "Connector", state: "off" },
  Default: { label: "Default", state: "off" },
  Missing: { label: "Missing", state: "warn" },
};

/** Every value of a connection, which layer supplies it, and of secrets only that they are there. */
export function ValuesTable({ values }: { values: readonly EffectiveValue[] }) {
  return (
    <Card className="overflow-hidden">
      <Table label="Values of this connection">
        <thead>
          <Tr>
            <Th>Value</Th>
            <Th>Comes from</Th>
            <Th>Is</Th>
            <Th>Set</Th>
          </Tr>
        </thead>
        <tbody>
          {values.map((v) => {
            const source = SOURCES[v.source];
            const isMissing = v.source === "Missing";
            return (
              <Tr key={v.name}>
                <Td className="font-medium">{v.title}</Td>
                <Td>
                  <StateTag state={isMissing && !v.isRequired ? "off" : source.state} icon={isMissing ? undefined : null}>
                    {isMissing && !v.isRequired ? "Not set" : source.label}
                  </StateTag>
                </Td>
                <Td className="max-w-md">
                  <code className="wrap-anywhere">
                    {isMissing ? "" : v.value !== null ? v.value : v.secret?.last4 ? `•••• ${v.secret.last4}` : "••••••••"}
                  </code>
                </Td>
                <Td className="text-ink-2">
                  {v.secret?.setAt ? (
                    <>
                      <Time at={v.secret.setAt} />
                      {v.secret.setBy ? ` by ${v.secret.setBy}` : ""}
                    </>
                  ) : null}
                </Td>
              </Tr>
            );
          })}
        </tbody>
      </Table>
    </Card>
  );
}
