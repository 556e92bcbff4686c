import { Button, type ButtonProps, Tooltip, TooltipTrigger } from "react-aria-components";
import { Icon, type IconName } from "./Icon";
import styles from "./IconButton.module.css";

type IconButtonProps = Omit<ButtonProps, "className" | "children" | "style"> & {
  icon: IconName;
  label: string;
  keys?: string;
  size?: "sm" | "md";
  edged?: boolean;
};

/** A button that is an icon; its label is read out and shown as a tooltip. */
export function IconButton({ icon, label, keys, size = "sm", edged, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={600}>
      <Button
        {...rest}
        aria-label={label}
        className={styles.button ?? ""}
        data-size={size}
        data-edged={edged || undefined}
      >
        <Icon name={icon} size={size === "sm" ? 16 : 20} />
      </Button>
      <Tooltip className={styles.tooltip ?? ""} offset={6}>
        {keys ? `${label} (${keys})` : label}
      </Tooltip>
    </TooltipTrigger>
  );
}
