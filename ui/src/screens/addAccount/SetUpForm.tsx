import type { Provider } from "../../bindings/Provider";
import { Button } from "../../parts/Button";
import { Check } from "../../parts/Check";
import { Coded } from "../../parts/Coded";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import { RedirectUriList } from "../../parts/RedirectUriList";
import { Segmented } from "../../parts/Segmented";
import { useOpenConsole } from "../../queries/profiles";
import { profileNameFault } from "../../words/names";
import { visible } from "../../words/providerText";
import { type RedirectUri, ROUTES } from "../../words/redirectUris";
import { scopesOf } from "../../words/scopes";
import { AddressFields } from "./AddressFields";
import type { Basis } from "./basis";
import {
  firstScope,
  isConsumer,
  lacksSecret,
  provesWithSecret,
  refusesEmbedded,
  type Secrets,
  signsWithSecret,
  type Typing,
  type Way,
} from "./draft";
import { MoreSettings } from "./MoreSettings";
import { ScopeChoice } from "./ScopeChoice";
import styles from "./SetUpForm.module.css";
import { Step } from "./Step";

const WAYS: { id: Way; text: string }[] = ROUTES;
const CONSUMER_WAYS: { id: Way; text: string }[] = [
  ...ROUTES.filter(({ id }) => id !== "manual"),
  { id: "pin", text: "A number it shows" },
];

type SetUpFormProps = {
  basis: Basis;
  /** What people call the server. */
  name: string;
  uris: RedirectUri[];
  typing: Typing;
  onChange: (part: Partial<Typing>) => void;
  secrets: Secrets;
  onSecrets: (secrets: Secrets) => void;
  /** Whether the form was sent, and says by now what it lacks. */
  checked: boolean;
};

/** The steps to a client registration, and what else there is to say. */
export function SetUpForm(props: SetUpFormProps) {
  const { basis, name, uris, typing, onChange, secrets, onSecrets, checked } = props;
  const consumer = isConsumer(basis, typing);
  const needsSecret = signsWithSecret(basis, typing);
  return (
    <>
      <p className={styles.lead}>
        {sentence(name)} wants to know which program is asking. You register one there, under your own name,
        and give its {consumer ? "consumer key" : "client ID"} to Keybelt.
      </p>
      <Notes basis={basis} />
      <NameField typing={typing} onChange={onChange} checked={checked} />
      {basis.kind === "hand" && <AddressFields typing={typing} onChange={onChange} checked={checked} />}
      <ol className={styles.steps}>
        <Step
          number={1}
          text={
            typing.way === "pin"
              ? "Register a program there. It needs no callback URL: the provider shows you a number instead."
              : `Register a program there, with ${uris.length === 1 ? "this redirect URI" : "these redirect URIs"}.`
          }
        >
          {typing.way === "pin" ? null : uris.length > 0 ? (
            <RedirectUriList uris={uris} />
          ) : (
            <p className={styles.later}>They stand here once the profile has a name.</p>
          )}
          {basis.kind === "provider" && <Register provider={basis.provider} uris={uris} way={typing.way} />}
        </Step>
        <Step number={2} text={`Save there, and bring back what ${name} shows.`}>
          <Field
            label={consumer ? "Consumer key" : "Client ID"}
            code
            value={typing.clientId}
            onChange={(clientId) => onChange({ clientId })}
            error={
              checked && typing.clientId.trim() === ""
                ? `Paste the ${consumer ? "consumer key" : "client ID"} that ${name} shows.`
                : null
            }
            autoFocus={basis.kind !== "hand"}
          />
          {!(needsSecret && typing.noSecret) && (
            <Field
              label={consumer ? "Consumer secret" : "Client secret"}
              aside={needsSecret || provesWithSecret(basis, typing) ? undefined : "if it shows one"}
              type="password"
              placeholder="Paste it here"
              canShow
              help="Kept encrypted in your vault. It is never shown again."
              value={secrets.clientSecret}
              onChange={(clientSecret) => onSecrets({ ...secrets, clientSecret })}
              error={
                checked && lacksSecret(basis, typing, secrets)
                  ? needsSecret
                    ? `Paste the consumer secret that ${name} shows, or say that it shows none.`
                    : `Paste the client secret that ${name} shows: without it, nothing can be linked.`
                  : null
              }
            />
          )}
          {needsSecret && (
            <Check isSelected={typing.noSecret} onChange={(noSecret) => onChange({ noSecret })}>
              It shows no consumer secret
            </Check>
          )}
        </Step>
      </ol>
      {!consumer && (
        <ScopeChoice
          listed={listedScopes(basis)}
          scope={typing.scope}
          onChange={(scope) => onChange({ scope })}
        />
      )}
      <section className={styles.section}>
        <h2>Sign in with</h2>
        <Segmented
          label="Sign in with"
          choices={(consumer ? CONSUMER_WAYS : WAYS).filter(
            ({ id }) => id !== "webview" || !refusesEmbedded(basis),
          )}
          chosen={typing.way}
          onChoose={(way) => onChange({ way })}
        />
        {refusesEmbedded(basis) && (
          <p className={styles.later}>{sentence(name)} does not allow signing in inside other programs.</p>
        )}
      </section>
      <MoreSettings
        typing={typing}
        consumer={consumer}
        onChange={onChange}
        rsaKey={secrets.rsaKey}
        onRsaKey={(rsaKey) => onSecrets({ ...secrets, rsaKey })}
      />
    </>
  );
}

/** Where and how a program is registered there, as far as the catalogue knows. */
function Register({ provider, uris, way }: { provider: Provider; uris: RedirectUri[]; way: Way }) {
  const open = useOpenConsole();
  const { id, name, console_url, setup_steps } = provider;
  return (
    <>
      {setup_steps.length > 0 && (
        <ol className={styles.how}>
          {setup_steps.map((step) => (
            <li key={step}>{withUri(step, uris, way)}</li>
          ))}
        </ol>
      )}
      {console_url !== null && URL.canParse(console_url) && (
        <div className={styles.open}>
          <Button icon="external" size="sm" isPending={open.isPending} onPress={() => open.mutate(id)}>
            {`Register at ${name}`}
          </Button>
          <code className={styles.host}>{new URL(console_url).host}</code>
        </div>
      )}
      {open.error && <FailureNote failure={open.error} />}
    </>
  );
}

/** A step of the catalogue, with the redirect URI of the way that is chosen: many forms take one only. */
function withUri(step: string, uris: RedirectUri[], way: Way): string {
  const chosen = uris.find(({ uri }) => uri.startsWith("http") === (way !== "webview")) ?? uris[0];
  return step.replaceAll("{redirect_uri}", chosen?.uri ?? "the redirect URI");
}

type NameFieldProps = Pick<SetUpFormProps, "typing" | "onChange" | "checked">;

function NameField({ typing, onChange, checked }: NameFieldProps) {
  return (
    <div className={styles.name}>
      <Field
        label="Name of the profile"
        help="Letters, digits, dots, - and _. The redirect URIs end in it."
        code
        value={typing.name}
        onChange={(name) => onChange({ name })}
        error={checked ? profileNameFault(typing.name.trim()) : null}
        autoFocus={typing.name === ""}
      />
    </div>
  );
}

/** What is good to know before registering there. */
function Notes({ basis }: { basis: Basis }) {
  if (basis.kind === "server" && basis.found.other_hosts.length > 0) {
    return (
      <p className={styles.note}>
        Some of its addresses are on other hosts:{" "}
        <code>{basis.found.other_hosts.map(visible).join(", ")}</code>
      </p>
    );
  }
  if (basis.kind === "provider" && basis.provider.notes.length > 0) {
    return (
      <ul className={styles.note}>
        {basis.provider.notes.map((note) => (
          <li key={note}>
            <Coded>{note}</Coded>
          </li>
        ))}
      </ul>
    );
  }
  return null;
}

/** The scopes that can be ticked: what the server lists, or what the catalogue asks for. */
function listedScopes(basis: Basis): string[] {
  return basis.kind === "server" ? basis.found.scopes_supported : scopesOf(firstScope(basis));
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
