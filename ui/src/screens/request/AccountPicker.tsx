import { useState } from "react";
import {
  Autocomplete,
  Button,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  ListLayout,
  Popover,
  SearchField,
  Select,
  SelectValue,
  Virtualizer,
} from "react-aria-components";
import type { Account } from "../../bindings/Account";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { Icon } from "../../parts/Icon";
import pick from "../../parts/Picker.module.css";
import { Tile } from "../../parts/Tile";
import { providerName } from "../../words/providers";
import { visible } from "../../words/providerText";
import { matches } from "../../words/standing";
import styles from "./AccountPicker.module.css";

type AccountPickerProps = {
  account: Account;
  all: Account[];
  catalogue: ProviderSummary[];
  onChoose: (name: string) => void;
};

const ROW = 36;
const PADDING = 5;
const layout = { rowHeight: ROW, padding: PADDING };
/** Rows in sight; with more accounts than that there is a search. */
const MANY = 8;

/** Whose token goes along. */
export function AccountPicker({ account, all, catalogue, onChoose }: AccountPickerProps) {
  const [query, setQuery] = useState("");
  const items = all
    .map((one) => ({ id: one.name, account: one, provider: providerName(one, catalogue) }))
    .filter((item) => matches(item.account, item.provider, query.trim()));
  const height = Math.min(Math.max(items.length, 1), MANY) * ROW + 2 * PADDING;
  return (
    <Select
      className={styles.picker ?? ""}
      value={account.name}
      onChange={(name) => name !== null && onChoose(String(name))}
    >
      <Label className={pick.hidden ?? ""}>Account</Label>
      <Button className={pick.button ?? ""}>
        <SelectValue className={styles.value ?? ""}>
          <Who account={account} provider={providerName(account, catalogue)} />
        </SelectValue>
        <Icon name="updown" />
      </Button>
      <Popover className={`${pick.popover ?? ""} ${styles.popover ?? ""}`} placement="bottom start">
        <Autocomplete inputValue={query} onInputChange={setQuery}>
          {all.length > MANY && (
            <SearchField className={styles.search ?? ""} aria-label="Find an account" autoFocus>
              <Icon name="search" />
              <Input className={styles.input ?? ""} placeholder="Find an account" />
            </SearchField>
          )}
          <Virtualizer layout={ListLayout} layoutOptions={layout}>
            <ListBox
              className={styles.list ?? ""}
              style={{ height }}
              items={items}
              renderEmptyState={() => <None />}
            >
              {(item) => (
                <ListBoxItem
                  id={item.id}
                  textValue={`${item.provider} ${item.account.name}`}
                  className={pick.item ?? ""}
                >
                  <Who account={item.account} provider={item.provider} />
                </ListBoxItem>
              )}
            </ListBox>
          </Virtualizer>
        </Autocomplete>
      </Popover>
    </Select>
  );
}

function None() {
  return <p className={styles.none}>No account of that name.</p>;
}

function Who({ account, provider }: { account: Account; provider: string }) {
  const own = account.name.split("/").slice(1).join("/") || account.name;
  return (
    <span className={styles.who}>
      <Tile id={account.provider ?? account.profile} name={provider} size={24} />
      <span className={styles.provider}>{visible(provider)}</span>
      <span className={styles.name}>{visible(own)}</span>
    </span>
  );
}
