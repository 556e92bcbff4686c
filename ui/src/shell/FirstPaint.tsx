import button from "../parts/Button.module.css";
import { Icon } from "../parts/Icon";
import icon from "../parts/IconButton.module.css";
import { Kbd } from "../parts/Kbd";
import { Mark } from "../parts/Mark";
import search from "../parts/SearchLine.module.css";
import { AccountLine, AttentionLine } from "../screens/accounts/AccountLine";
import list from "../screens/accounts/AccountList.module.css";
import rows from "../screens/accounts/AccountRows.module.css";
import screen from "../screens/accounts/AccountsScreen.module.css";
import { inGroups, isGrouped } from "../screens/accounts/groups";
import { providerNames, saidName } from "../words/providers";
import { needsPerson } from "../words/standing";
import { secondsNow } from "../words/time";
import app from "./App.module.css";
import type { First } from "./first";
import { GROUPS } from "./places";
import sidebar from "./Sidebar.module.css";

/** So many rows are more than the tallest window shows. */
const ROWS = 60;

/**
 * The list of accounts as it will stand, painted before the code is there that answers to a press. It is the same to the
 * eye as what takes its place a moment later, and nothing to the keyboard and to a reader.
 */
export function FirstPaint({ first }: { first: First }) {
  const { listWidth } = first;
  return (
    <div className={app.app} inert aria-hidden="true">
      <Places need={first.accounts.filter(needsPerson).length} />
      <main
        className={screen.panes}
        data-show="list"
        style={listWidth === null ? undefined : { "--list": `${listWidth / 16}rem` }}
      >
        <section className={screen.list}>
          <Head count={first.accounts.length} />
          <Rows first={first} />
        </section>
        <div role="presentation" />
        <section className={screen.detail} />
      </main>
    </div>
  );
}

function Places({ need }: { need: number }) {
  return (
    <aside className={sidebar.sidebar}>
      <div className={sidebar.brand}>
        <Mark size={24} />
        <span className={sidebar.words}>Keybelt</span>
      </div>
      <button type="button" className={sidebar.jump}>
        <Icon name="search" />
        <span className={sidebar.words}>Jump to</span>
        <span className={sidebar.keys}>
          <Kbd>Ctrl K</Kbd>
        </span>
      </button>
      <nav>
        {GROUPS.map(({ title, destinations }) => (
          <div key={title} className={sidebar.group}>
            {title && <h2 className={sidebar.heading}>{title}</h2>}
            {destinations.map(({ at, icon, text }) => (
              <button
                key={at}
                type="button"
                className={sidebar.place}
                aria-current={at === "accounts" ? "page" : undefined}
              >
                <Icon name={icon} size={18} />
                <span className={sidebar.words}>{text}</span>
                {at === "accounts" && need > 0 && (
                  <span className={sidebar.need}>{need > 99 ? "99+" : need}</span>
                )}
              </button>
            ))}
          </div>
        ))}
      </nav>
      <div className={sidebar.vault}>
        <Icon name="unlock" />
        <span className={sidebar.state}>Vault is open</span>
        <button type="button" className={sidebar.lock}>
          <Icon name="lock" />
          <span className={sidebar.words}>Lock</span>
        </button>
      </div>
    </aside>
  );
}

function Head({ count }: { count: number }) {
  return (
    <>
      <div className={list.bar}>
        <h1 className={list.title}>Accounts</h1>
        <span className={list.count}>{new Intl.NumberFormat("en").format(count)}</span>
        <span className={list.gap} />
        {count > 1 && (
          <button type="button" className={icon.button} data-size="sm">
            <Icon name="filter" size={16} />
          </button>
        )}
        <button type="button" className={button.button} data-look="plain" data-size="sm">
          <Icon name="plus" />
          Link
        </button>
      </div>
      {count > 1 && (
        <div className={list.search}>
          <div className={search.search} data-empty>
            <Icon name="search" />
            <input className={search.input} placeholder="Find an account" />
          </div>
        </div>
      )}
    </>
  );
}

function Rows({ first: { accounts, catalogue, order } }: { first: First }) {
  const name = providerNames(catalogue);
  const grouped = isGrouped(accounts, order);
  const chosen = accounts[0]?.name;
  const now = secondsNow();
  return (
    <div className={rows.scroll}>
      <div className={rows.rows}>
        {inGroups(accounts, accounts.slice(0, ROWS), grouped).map(({ group, title, count, rows: drawn }) => (
          <div key={group}>
            {grouped && (
              <div className={rows.heading} data-group={group}>
                {title} <span className={rows.count}>{count}</span>
              </div>
            )}
            {drawn.map((account) => (
              <div
                key={account.name}
                className={rows.row}
                data-selected={account.name === chosen || undefined}
              >
                <AccountLine
                  account={account}
                  provider={name(account)}
                  query=""
                  attention={
                    <AttentionLine
                      account={account}
                      said={saidName({ provider: account.provider, address: account.issuer }, name(account))}
                      now={now}
                      action={
                        <button type="button" className={button.button} data-look="text" data-size="md">
                          Link again
                        </button>
                      }
                    />
                  }
                />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
