import { type ReactNode, type Ref, useState } from "react";
import {
  FieldError,
  Input,
  Label,
  Text,
  TextField,
  type TextFieldProps,
  ToggleButton,
} from "react-aria-components";
import styles from "./Field.module.css";
import { Icon } from "./Icon";

type FieldProps = Omit<TextFieldProps, "className" | "children" | "style"> & {
  label: string;
  /** What stands behind the label, lighter. */
  aside?: string;
  help?: ReactNode;
  error?: string | null;
  placeholder?: string;
  code?: boolean;
  size?: "md" | "lg";
  labelHidden?: boolean;
  inputRef?: Ref<HTMLInputElement>;
  /** What is typed hidden can be looked at while it is typed. */
  canShow?: boolean;
};

/**
 * A line to type into, with its label, what helps, and what is wrong with it. The form can be sent again all the
 * same: who judges is the form, or Rust.
 */
export function Field({
  label,
  aside,
  help,
  error,
  placeholder,
  code,
  size = "md",
  inputRef,
  ...rest
}: FieldProps) {
  const { labelHidden, canShow, ...field } = rest;
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...field}
      type={canShow && shown ? "text" : field.type}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className={styles.field ?? ""}
      data-size={size}
    >
      <Label className={(labelHidden ? styles.hidden : styles.label) ?? ""}>
        {label}
        {aside && <span className={styles.aside}> {aside}</span>}
      </Label>
      <div className={styles.box}>
        <Input
          ref={inputRef}
          className={styles.input ?? ""}
          placeholder={placeholder}
          data-code={code || undefined}
          data-shows={canShow || undefined}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
        />
        {canShow && (
          <ToggleButton
            className={styles.show ?? ""}
            aria-label={`Show the ${label.toLowerCase()}`}
            isSelected={shown}
            onChange={setShown}
          >
            <Icon name="eye" />
          </ToggleButton>
        )}
      </div>
      {help && (
        <Text slot="description" className={styles.help ?? ""}>
          {help}
        </Text>
      )}
      <FieldError className={styles.error ?? ""}>
        <Icon name="x" size={14} />
        <span>{error}</span>
      </FieldError>
    </TextField>
  );
}
