import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
} from "react-aria-components";
import { askFor, useLinking } from "../../linking";
import { useNavigation } from "../../navigation";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { Marked } from "../../parts/Marked";
import { Tile } from "../../parts/Tile";
import { accounts, useRefreshAccount } from "../../queries/accounts";
import { useSignIn } from "../../queries/preferences";
import { profiles, providers } from "../../queries/profiles";
import { composeAs } from "../../queries/request";
import { useLockVault } from "../../queries/vault";
import { visible } from "../../words/providerText";
import { type Entry, entriesOf, type Intent } from "./entries";
import styles from "./Palette.module.css";

/** Everything by name. */
export function Palette() {
  const { close, account } = useNavigation();
  const [query, setQuery] = useState("");
  const list = useQuery(accounts()).data ?? [];
  const catalogue = useQuery(providers()).data ?? [];
  const registered = useQuery(profiles()).data ?? [];
  const act = useActs();
  const groups = entriesOf(query, {
    accounts: list,
    profiles: registered,
    catalogue,
    current: account,
  });
  return (
    <ModalOverlay className={styles.scrim ?? ""} isOpen isDismissable onOpenChange={close}>
      <Modal className={styles.modal ?? ""}>
        <Dialog className={styles.dialog ?? ""} aria-label="Jump to">
          <Autocomplete inputValue={query} onInputChange={setQuery}>
            <SearchField aria-label="Jump to" className={styles.query ?? ""} autoFocus>
              <Icon name="search" size={18} />
              <Input className={styles.input ?? ""} placeholder="An account, or what to do" />
            </SearchField>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys. */}
            {/* biome-ignore lint/a11y/useSemanticElements: nothing in it is filled in, so it is no fieldset. */}
            <div className={styles.results} tabIndex={0} role="group" aria-label="What was found">
              <Menu
                className={styles.menu ?? ""}
                aria-label="What was found"
                renderEmptyState={() => <None />}
              >
                {groups.map(({ title, entries }) => (
                  <MenuSection key={title} className={styles.section ?? ""}>
                    <Header className={styles.heading ?? ""}>{title}</Header>
                    {entries.map((entry) => (
                      <MenuItem
                        key={entry.id}
                        id={entry.id}
                        textValue={entry.text}
                        className={styles.entry ?? ""}
                        onAction={() => {
                          close();
                          act(entry.intent);
                        }}
                      >
                        <EntryLine entry={entry} query={query} />
                      </MenuItem>
                    ))}
                  </MenuSection>
                ))}
              </Menu>
            </div>
          </Autocomplete>
          <div className={styles.foot} aria-hidden="true">
            <Kbd>↑</Kbd>
            <Kbd>↓</Kbd> move <Kbd>↵</Kbd> do it <Kbd>Esc</Kbd> close
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function None() {
  return <p className={styles.none}>Nothing of that name.</p>;
}

function EntryLine({ entry, query }: { entry: Entry; query: string }) {
  return (
    <>
      {"icon" in entry.sign ? (
        <span className={styles.icon}>
          <Icon name={entry.sign.icon} size={18} />
        </span>
      ) : (
        <Tile id={entry.sign.id} name={entry.sign.name} size={22} />
      )}
      <span className={styles.text}>
        <Marked text={visible(entry.text)} query={query} />{" "}
        {entry.aside && (
          <span className={styles.aside}>
            <Marked text={visible(entry.aside)} query={query} />
          </span>
        )}
      </span>
      {entry.keys && <Kbd>{entry.keys}</Kbd>}
    </>
  );
}

function useActs(): (intent: Intent) => void {
  const { show, go, open } = useNavigation();
  const refresh = useRefreshAccount();
  const lock = useLockVault();
  const { start } = useLinking();
  const signIn = useSignIn();
  return (intent) => {
    switch (intent.does) {
      case "show":
        return show(intent.account, intent.tab);
      case "refresh":
        return refresh.mutate(intent.account);
      case "rename":
      case "unlink":
      case "copyToken":
        return open({ kind: intent.does, account: intent.account });
      case "profile":
        return open({ kind: "profile", profile: intent.profile });
      case "link":
        return go({ at: "add" });
      case "requestAs":
        composeAs(intent.account);
        return go({ at: "request" });
      case "go":
        return go({ at: intent.to });
      case "linkThrough":
        return void start(askFor(intent.profile, signIn));
      case "linkAt":
        return go({ at: "add", query: intent.provider });
      case "backUp":
        return open({ kind: "backUp" });
      case "practice":
        return void start({ practice: true });
      case "lock":
        return lock.mutate();
      default:
        return intent satisfies never;
    }
  };
}
