"use client";
import { Button, Description, Dropdown } from "@heroui/react";
import { Ellipsis } from "lucide-react";
import { announce } from "#components/announcer";

export type MenuAction = {
  id: string;
  label: string;
  /** Why not now; the item stays reachable and says it. */
  reason: string | null;
  danger?: boolean;
  run: () => void;
};

/**
 * What is done less often. Loaded when somebody reaches for it, and therefore opens at once: a menu costs more script than the
 * rest of the head.
 */
export function MoreMenu({ label, actions }: { label: string; actions: readonly MenuAction[] }) {
  const act = (id: string) => {
    const action = actions.find((one) => one.id === id);
    if (!action) return;
    if (action.reason === null) action.run();
    else announce(action.reason, "assertive");
  };
  return (
    <Dropdown defaultOpen>
      <Button isIconOnly variant="ghost" aria-label={label}>
        <Ellipsis aria-hidden="true" />
      </Button>
      <Dropdown.Popover placement="bottom end">
        <Dropdown.Menu aria-label={label} onAction={(key) => act(String(key))}>
          {actions.map((action) => (
            <Dropdown.Item
              key={action.id}
              id={action.id}
              textValue={action.label}
              variant={action.danger && action.reason === null ? "danger" : "default"}
              data-refused={action.reason === null ? undefined : ""}
            >
              <div>
                <span data-slot="label">{action.label}</span>
                {action.reason && <Description>{action.reason}</Description>}
              </div>
            </Dropdown.Item>
          ))}
        </Dropdown.Menu>
      </Dropdown.Popover>
    </Dropdown>
  );
}
