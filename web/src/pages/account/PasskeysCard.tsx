import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Input, Modal, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { meQuery, useMe } from "~/api/me";
import { createPasskey, hasPasskeys, type CreationSaid } from "~/api/webauthn";
import { Empty, Moment, ProblemNote, Query, useSending } from "~/ui";
import { RecoveryCodes } from "~/ui/Authenticator";
import { browserName } from "~/ui/browser-name";
import styles from "./account.module.css";

interface PasskeyView {
  id: string;
  name: string;
  made?: string;
  created?: string;
  used?: string | null;
}

const passkeys = { queryKey: ["passkeys"] };

/** Passkeys of one's own: what they are called, another one, away with one. */
export function PasskeysCard() {
  const { t } = useTranslation("account");
  const queries = useQueryClient();
  const me = useMe();
  const [naming, setNaming] = useState(false);
  const [codes, setCodes] = useState<string[]>([]);
  const all = useQuery({ ...passkeys, queryFn: ({ signal }) => api.get<{ items: PasskeyView[] }>("/me/passkeys", undefined, signal) });
  const refresh = () => Promise.all([queries.invalidateQueries(passkeys), queries.invalidateQueries(meQuery)]);
  const { send, busy, problem } = useSending(async (id: string) => {
    await api.delete(`/me/passkeys/${encodeURIComponent(id)}`);
    await refresh();
  });
  return (
    <Card title={t("passkey.title")} extra={hasPasskeys() && <Button onClick={() => setNaming(true)}>{t("passkey.add")}</Button>}>
      <p className="soft">{t(hasPasskeys() ? "passkey.hint" : "passkey.cannot")}</p>
      <ProblemNote of={problem} />
      <Query of={all} compact>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("passkey.none")} />
          ) : (
            <ul className={styles.devices}>
              {items.map((passkey) => (
                <li key={passkey.id} className={styles.device}>
                  <div>
                    <strong>{passkey.name}</strong>
                    <p className="soft">
                      {(passkey.made ?? passkey.created) && <Moment at={passkey.made ?? passkey.created ?? ""} />}
                      {passkey.used && (
                        <>
                          {" "}
                          · {t("passkey.used")} <Moment at={passkey.used} />
                        </>
                      )}
                    </p>
                  </div>
                  <Popconfirm title={t("passkey.sure")} onConfirm={() => void send(passkey.id)}>
                    <Button danger disabled={busy}>
                      {t("passkey.remove")}
                    </Button>
                  </Popconfirm>
                </li>
              ))}
            </ul>
          )
        }
      </Query>
      {naming && <Add onDone={(drawn) => { setNaming(false); setCodes(drawn); void refresh(); }} onCancel={() => setNaming(false)} />}
      {codes.length > 0 && (
        <Modal open title={t("passkey.title")} closable={false} onOk={() => setCodes([])} okText={t("factor.kept")} cancelButtonProps={{ hidden: true }}>
          <RecoveryCodes codes={codes} account={me.name} />
        </Modal>
      )}
    </Card>
  );
}

function Add({ onDone, onCancel }: { onDone: (codes: string[]) => void; onCancel: () => void }) {
  const { t } = useTranslation("account");
  const [name, setName] = useState(browserName(navigator.userAgent));
  const [gaveUp, setGaveUp] = useState(false);
  const { send, busy, problem } = useSending(async () => {
    setGaveUp(false);
    const { ticket, options } = await api.post<{ ticket: string; options: CreationSaid }>("/me/passkeys");
    const credential = await createPasskey(options);
    if (!credential) return setGaveUp(true);
    const drawn = await api.put<{ recovery_codes?: string[] } | undefined>("/me/passkeys", { ticket, name: name.trim(), credential });
    onDone(drawn?.recovery_codes ?? []);
  });
  return (
    <Modal open title={t("passkey.add")} okText={t("passkey.make")} confirmLoading={busy} okButtonProps={{ disabled: name.trim() === "" }} onOk={() => void send()} onCancel={onCancel}>
      <ProblemNote of={problem} />
      {gaveUp && <p role="alert">{t("passkey.gaveUp")}</p>}
      <Input aria-label={t("passkey.name")} value={name} maxLength={60} autoFocus onChange={({ target }) => setName(target.value)} />
    </Modal>
  );
}
