import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Button } from "../../parts/Button";
import pick from "../../parts/Picker.module.css";
import { recompose, type Sent, useRequestWork } from "../../queries/request";
import { visible } from "../../words/providerText";
import styles from "./History.module.css";

/** What was sent since the window opened, to be taken up again. Held in memory only. */
export function History() {
  const { history } = useRequestWork();
  if (history.length === 0) {
    return null;
  }
  return (
    <MenuTrigger>
      <Button look="quiet" icon="clock">
        History
      </Button>
      <Popover className={`${pick.popover ?? ""} ${styles.popover ?? ""}`} placement="bottom end">
        <Menu className={pick.list ?? ""} aria-label="What was sent, the newest first">
          {history.map((sent) => (
            <MenuItem
              key={sent.id}
              id={sent.id}
              textValue={`${sent.work.method} ${sent.work.url}`}
              className={pick.item ?? ""}
              onAction={() => recompose(sent.work)}
            >
              <Line sent={sent} />
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Line({ sent: { work, status } }: { sent: Sent }) {
  return (
    <span className={styles.line}>
      <code className={styles.asked}>
        {work.method} {visible(work.url) || "/"}
      </code>
      <span className={styles.aside}>
        {work.account && visible(work.account)} · {status ?? "no answer"}
      </span>
    </span>
  );
}
