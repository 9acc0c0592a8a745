"use client";
import { Button, Description, Label, Modal, Switch } from "@heroui/react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { commandsNow, keysText, setSingleKeys, singleKeysOn } from "./use-shortcuts";

/** Every shortcut that works now, and the switch for single letters. */
export function ShortcutSheet({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("shortcuts");
  const close = useTranslations("common")("close");
  const [single, setSingle] = useState(singleKeysOn);
  const commands = isOpen ? commandsNow().filter((command) => command.keys && command.id !== "palette-alt") : [];
  const part = (scope: "page" | "anywhere") => commands.filter((command) => command.scope === scope);
  return (
    <Modal.Backdrop isOpen={isOpen} onOpenChange={onOpenChange} isDismissable>
      <Modal.Container size="md">
        <Modal.Dialog>
          <Modal.Header>
            <Modal.Heading>{t("title")}</Modal.Heading>
          </Modal.Header>
          <Modal.Body>
            {(["page", "anywhere"] as const).map(
              (scope) =>
                part(scope).length > 0 && (
                  <section key={scope} className="keys">
                    <h3>{t(scope === "page" ? "thisPage" : "anywhere")}</h3>
                    <dl className="facts">
                      {part(scope).map((command) => (
                        <div key={command.id} className="fact">
                          <dt>{command.label}</dt>
                          <dd>
                            <Keys keys={command.keys ?? ""} then={t("then")} />
                          </dd>
                        </div>
                      ))}
                    </dl>
                  </section>
                ),
            )}
            <Switch
              isSelected={single}
              onChange={(on) => {
                setSingle(on);
                setSingleKeys(on);
              }}
            >
              <Switch.Content>
                <Switch.Control>
                  <Switch.Thumb />
                </Switch.Control>
                <Label>{t("singleKeys")}</Label>
              </Switch.Content>
              <Description>{t("singleKeysHelp")}</Description>
            </Switch>
          </Modal.Body>
          <Modal.Footer>
            <Button variant="outline" onPress={() => onOpenChange(false)}>
              {close}
            </Button>
          </Modal.Footer>
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}

function Keys({ keys, then }: { keys: string; then: string }) {
  return keys.split(" ").map((chord, index) => (
    <span key={chord}>
      {index > 0 && ` ${then} `}
      <kbd className="key">{keysText(chord)}</kbd>
    </span>
  ));
}
