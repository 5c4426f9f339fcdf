"use client";

import { KeyRound } from "lucide-react";
import { useState } from "react";
import { blankAuthMethod, withWrittenOutParameters } from "@/lib/auth-methods/blank-method";
import { AUTH_TYPES, type AuthMethod, type AuthType, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { AUTH_METHOD_KINDS, kindOf } from "@/lib/auth-methods/registry";
import { saveSectionAction } from "@/lib/custom-connectors/actions";
import { Tag } from "../ui/tag";
import { AUTH_TYPE_FIELDS } from "./auth-type-fields";
import { AreaAt, ErrorAt, LinesAt, SelectAt, SwitchAt, TextAt, useValueAt } from "./controls";
import { useDraft } from "./draft";
import { ItemList, moved } from "./item-list";
import { SectionForm } from "./section-form";

export interface EditorProps {
  uid: string;
  base: string;
  definition: ConnectorDefinition;
  mayWrite: boolean;
}

const TYPE_HELP: Readonly<Record<AuthType, string>> = {
  None: "No authentication is used.",
  ApiKey: "The customer gives a key, which is sent in a header of every call.",
  Basic: "The API uses HTTP Basic authentication: a username and a password.",
  OAuth1: "The API uses OAuth 1.0a: every request is signed.",
  OAuth2: "The API uses OAuth 2: calls carry an access token.",
  AuthFields: "Authentication fields are injected into the body of every POST.",
};

const TYPES = AUTH_TYPES.map((value) => ({
  value,
  label: value,
  description: AUTH_METHOD_KINDS[value].label,
}));

const indexOfPath = (path: string): number | null => {
  const found = /^authMethods\.(\d+)/.exec(path)?.[1];
  return found === undefined ? null : Number(found);
};

/** The ways to authenticate, each with the fields of its type. */
export function AuthMethodsEditor({ uid, base, definition, mayWrite }: EditorProps) {
  const [chosen, setChosen] = useState(0);
  return (
    <SectionForm
      label="Authentication"
      base={base}
      mayWrite={mayWrite}
      value={{
        authMethods: definition.authMethods.map(withWrittenOutParameters),
        ...(definition.postConnect ? { postConnect: definition.postConnect } : {}),
      }}
      save={(mark, value) => saveSectionAction({ uid, base: mark, section: "authentication", value })}
      reveal={(path) => {
        const index = indexOfPath(path);
        if (index !== null) setChosen(index);
      }}
      idleText="Customers choose among several methods; an installation keeps the one it was made with."
    >
      <Methods chosen={chosen} setChosen={setChosen} mayWrite={mayWrite} />
    </SectionForm>
  );
}

function freeId(type: AuthType, methods: readonly AuthMethod[]): string {
  const base = { None: "none", ApiKey: "api-key", Basic: "basic", OAuth1: "oauth1", OAuth2: "oauth2", AuthFields: "fields" }[
    type
  ];
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!methods.some((m) => m.id === id)) return id;
  }
}

function Methods({ chosen, setChosen, mayWrite }: { chosen: number; setChosen: (i: number) => void; mayWrite: boolean }) {
  const { errors } = useDraft();
  const [methods = [], setMethods] = useValueAt<AuthMethod[]>("authMethods");
  const at = Math.min(chosen, methods.length - 1);
  const method = methods[at];
  const replace = (index: number, next: AuthMethod) => setMethods(methods.map((m, i) => (i === index ? next : m)));
  const byDefault = Math.max(
    0,
    methods.findIndex((m) => m.isDefault),
  );
  return (
    <ItemList
      label="Authentication methods"
      items={methods.map((m, i) => ({
        key: m.id,
        title: m.title || kindOf(m).label,
        detail: kindOf(m).badge(m),
        tag: i === byDefault && methods.length > 1 && <Tag>Default</Tag>,
        isWrong: Object.keys(errors).some((path) => path === `authMethods.${i}` || path.startsWith(`authMethods.${i}.`)),
      }))}
      chosen={at}
      onChoose={setChosen}
      addLabel="Add authentication method"
      onAdd={() => {
        setMethods([...methods, blankAuthMethod("ApiKey", freeId("ApiKey", methods))]);
        setChosen(methods.length);
      }}
      onRemove={(i) => {
        setMethods(methods.filter((_, index) => index !== i));
        setChosen(Math.max(0, i - 1));
      }}
      onMove={(from, to) => {
        setMethods(moved(methods, from, to));
        setChosen(to);
      }}
      atLeast={1}
      mayWrite={mayWrite}
      empty={{ title: "No way to authenticate", text: "A connector needs at least one.", icon: <KeyRound /> }}
    >
      {method && (
        <MethodFields
          key={method.id}
          at={`authMethods.${at}`}
          method={method}
          isDefault={at === byDefault}
          onType={(type) =>
            replace(
              at,
              blankAuthMethod(
                type,
                freeId(
                  type,
                  methods.filter((m) => m !== method),
                ),
                kept(method),
              ),
            )
          }
          onDefault={() => setMethods(methods.map((m, i) => (i === at ? { ...m, isDefault: true } : withoutDefault(m))))}
        />
      )}
    </ItemList>
  );
}

const withoutDefault = ({ isDefault: _, ...rest }: AuthMethod): AuthMethod => rest;

const kept = ({ title, description, isDefault }: AuthMethod) => ({
  ...(title === undefined ? {} : { title }),
  ...(description === undefined ? {} : { description }),
  ...(isDefault === undefined ? {} : { isDefault }),
});

function MethodFields(props: {
  at: string;
  method: AuthMethod;
  isDefault: boolean;
  onType: (type: AuthType) => void;
  onDefault: () => void;
}) {
  const { at, method, isDefault, onType, onDefault } = props;
  const Fields = AUTH_TYPE_FIELDS[method.type];
  return (
    <>
      <ErrorAt path={at} />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextAt path={`${at}.title`} label="Name" help="Customers see it where there are several methods." />
        <SelectAt
          path={`${at}.type`}
          label="AuthType"
          fallback="ApiKey"
          options={TYPES}
          help={TYPE_HELP[method.type]}
          onChange={onType}
        />
      </div>
      <AreaAt
        path={`${at}.description`}
        label="Description"
        rows={2}
        help="Which of several to choose, and what is needed for it."
      />
      <Fields at={at} />
      <ErrorAt path={`${at}.placements`} />
      <ErrorAt path={`${at}.oauth2`} />
      <div className="grid gap-4 border-t border-line pt-4">
        <SwitchAt
          path={`${at}.isDefault`}
          label="Is default"
          help="What installs use unless another one is chosen."
          fallback={isDefault}
          onChange={(on) => on && onDefault()}
        />
        <LinesAt
          as="single"
          rows={1}
          path={`${at}.baseUrl`}
          label="Base URL of this method"
          help="Only where it differs from the connector's."
          placeholder="https://"
        />
      </div>
    </>
  );
}
