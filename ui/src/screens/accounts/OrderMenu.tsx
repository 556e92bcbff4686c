import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import type { AccountOrder } from "../../bindings/AccountOrder";
import { Icon } from "../../parts/Icon";
import { IconButton } from "../../parts/IconButton";
import menu from "../../parts/MoreMenu.module.css";
import styles from "./OrderMenu.module.css";
import { ORDERS } from "./order";

type OrderMenuProps = { order: AccountOrder; onOrder: (order: AccountOrder) => void };

/** What the list is sorted by. */
export function OrderMenu({ order, onOrder }: OrderMenuProps) {
  const choose = (key: unknown) => {
    const chosen = ORDERS.find(({ id }) => id === key);
    if (chosen) {
      onOrder(chosen.id);
    }
  };
  return (
    <MenuTrigger>
      <IconButton icon="filter" label="Sort" />
      <Popover className={`${menu.popover ?? ""} ${styles.popover ?? ""}`} placement="bottom end" offset={6}>
        <Menu
          className={menu.menu ?? ""}
          aria-label="Sort by"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[order]}
          onAction={choose}
        >
          {ORDERS.map(({ id, text }) => (
            <MenuItem key={id} id={id} className={menu.item ?? ""} textValue={text}>
              <span className={styles.sign}>{id === order && <Icon name="check" />}</span>
              {text}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
