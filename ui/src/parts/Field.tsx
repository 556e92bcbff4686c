import type { ReactNode, Ref } from "react";
import { FieldError, Input, Label, Text, TextField, type TextFieldProps } from "react-aria-components";
import styles from "./Field.module.css";

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
  const { labelHidden, ...field } = rest;
  return (
    <TextField
      {...field}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className={styles.field ?? ""}
      data-size={size}
    >
      <Label className={(labelHidden ? styles.hidden : styles.label) ?? ""}>
        {label}
        {aside && <span className={styles.aside}> {aside}</span>}
      </Label>
      <Input
        ref={inputRef}
        className={styles.input ?? ""}
        placeholder={placeholder}
        data-code={code || undefined}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
      />
      {help && (
        <Text slot="description" className={styles.help ?? ""}>
          {help}
        </Text>
      )}
      <FieldError className={styles.error ?? ""}>{error}</FieldError>
    </TextField>
  );
}
