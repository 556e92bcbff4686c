import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import styles from "./Combo.module.css";
import { Icon } from "./Icon";

type ComboProps = {
  label: string;
  placeholder?: string;
  items: string[];
  value: string;
  onChange: (value: string) => void;
  /** One of the items, or, on Enter, what was typed. */
  onChoose: (value: string) => void;
  autoFocus?: boolean;
};

/** A name to type, with those that are known below. */
export function Combo({ label, placeholder, items, value, onChange, onChoose, autoFocus }: ComboProps) {
  return (
    <ComboBox
      className={styles.combo ?? ""}
      inputValue={value}
      onInputChange={onChange}
      onSelectionChange={(key) => key !== null && onChoose(String(key))}
      menuTrigger="focus"
      allowsCustomValue
      autoFocus={autoFocus}
    >
      <Label className={styles.label ?? ""}>{label}</Label>
      <div className={styles.field}>
        <Input
          className={styles.input ?? ""}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
        />
        <Button className={styles.open ?? ""}>
          <Icon name="right" size={14} />
        </Button>
      </div>
      <Popover className={styles.popover ?? ""} offset={4}>
        <ListBox className={styles.list ?? ""}>
          {items.map((item) => (
            <ListBoxItem key={item} id={item} textValue={item} className={styles.item ?? ""}>
              <code>{item}</code>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
