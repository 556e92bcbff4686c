import type { KeyboardEvent } from "react";
import { Button, Input, SearchField } from "react-aria-components";
import { Icon } from "./Icon";
import styles from "./SearchLine.module.css";

type SearchLineProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** The arrow down, which leads to what was found. */
  onDown?: () => void;
};

/** A field that narrows down what stands below. */
export function SearchLine({ label, value, onChange, onDown }: SearchLineProps) {
  const down = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" && onDown) {
      event.preventDefault();
      onDown();
    }
  };
  return (
    <SearchField
      className={styles.search ?? ""}
      aria-label={label}
      value={value}
      onChange={onChange}
      data-search
    >
      <Icon name="search" />
      <Input className={styles.input ?? ""} placeholder={label} onKeyDown={down} />
      <Button className={styles.clear ?? ""} aria-label="Clear the search">
        <Icon name="x" size={14} />
      </Button>
    </SearchField>
  );
}
