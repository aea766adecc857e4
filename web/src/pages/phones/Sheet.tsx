import { useEffect } from "react";
import { ArrowLeftOutlined, DownloadOutlined, KeyOutlined, PrinterOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Alert, Button, Card, Popconfirm, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { type Provisioning, resetPasswords, seePresence } from "~/api/phones";
import { PageHead, ProblemNote, Query, useSaid, useSending } from "~/ui";
import { useNames } from "../calls/names";
import { PhoneHistory } from "./History";
import { ownersQuery, resetPassword, sheetQuery } from "./queries";
import styles from "./phones.module.css";

/** What one phone is set up with: to be typed off paper, or scanned (TEL-08). */
export function SheetPage() {
  const { phone = "" } = useParams({ strict: false });
  const found = useQuery(sheetQuery(phone));
  const queries = useQueryClient();
  // A password is kept by this page alone, and gone when it is left.
  useEffect(() => () => queries.removeQueries({ queryKey: sheetQuery(phone).queryKey }), [queries, phone]);
  return (
    <>
      <Head phone={phone} of={found.data} />
      <Query of={found}>{(sheet) => <Sheet key={phone} of={sheet} />}</Query>
      <History phone={phone} />
    </>
  );
}

/** Browsers have no sheet, but come and go as well. */
function History({ phone }: { phone: string }) {
  const { t } = useTranslation("phones");
  const allowed = useMay()(seePresence);
  const owner = useQuery(ownersQuery).data?.find(({ endpoints }) => endpoints?.includes(phone));
  if (!owner || !allowed) return null;
  return (
    <Card className={`${styles.history} ${styles.screenOnly}`} title={t("history.title")}>
      <PhoneHistory agent={owner.name} phone={phone} />
    </Card>
  );
}

function Head({ phone, of }: { phone: string; of: Provisioning | undefined }) {
  const { t } = useTranslation("phones");
  const { nameOf } = useNames();
  return (
    <PageHead
      title={
        <span className={styles.title}>
          <Link to="/phones" aria-label={t("back")} className={styles.screenOnly}>
            <ArrowLeftOutlined />
          </Link>
          {t("sheet.title", { phone })}
        </span>
      }
      hint={of && (of.agent ? t("sheet.of", { agent: nameOf(of.agent) }) : t("nobody"))}
      actions={
        of && (
          <Button className={styles.screenOnly} icon={<PrinterOutlined />} onClick={() => window.print()}>
            {t("sheet.print")}
          </Button>
        )
      }
    />
  );
}

function Sheet({ of }: { of: Provisioning }) {
  const { t } = useTranslation("phones");
  const said = useSaid();
  return (
    <Card>
      {!of.secure && <Alert type="warning" showIcon className={styles.note} title={t("sheet.insecure", { transport: of.transport.toUpperCase() })} description={t("sheet.insecureHint")} />}
      <div className={styles.sheet}>
        <div>
          <dl className={styles.lines}>
            {of.sheet.map((line) => (
              <div key={line.field}>
                <dt>{said(line)}</dt>
                <dd>
                  <Typography.Text copyable={{ text: line.value, tooltips: false }} className="figures">
                    {line.value}
                  </Typography.Text>
                </dd>
              </div>
            ))}
          </dl>
          <Password of={of} />
          {of.fingerprint && (
            <>
              <h2>{t("sheet.fingerprint")}</h2>
              <p className="soft">{t("sheet.fingerprintHint")}</p>
              <code className={styles.fingerprint}>{of.fingerprint}</code>
            </>
          )}
        </div>
        <figure className={styles.code}>
          {/* Black on white in the dark as well: not every phone reads the reverse. */}
          <img src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(of.qr_svg)}`} alt={t("sheet.code")} />
          <figcaption className="soft">{t(of.password ? "sheet.codeWhole" : "sheet.codeWithout")}</figcaption>
          <Button className={styles.screenOnly} icon={<DownloadOutlined />} href={`data:application/xml;charset=utf-8,${encodeURIComponent(of.linphone)}`} download={`${of.endpoint}.xml`}>
            {t("sheet.linphone")}
          </Button>
        </figure>
      </div>
    </Card>
  );
}

/** The password, once; and the way to another one. */
function Password({ of }: { of: Provisioning }) {
  const { t } = useTranslation("phones");
  const may = useMay();
  const queries = useQueryClient();
  const { send, busy, problem } = useSending(async () => {
    queries.setQueryData(sheetQuery(of.endpoint).queryKey, await resetPassword(of.endpoint));
  });
  return (
    <>
      {of.password ? <Alert type="success" showIcon className={styles.note} title={t("sheet.once")} description={t("sheet.onceHint")} /> : <p className="soft">{t("sheet.unknown")}</p>}
      <ProblemNote of={problem} />
      {may(resetPasswords) && (
        <Popconfirm title={t("sheet.sure")} description={t("sheet.sureHint")} okText={t("sheet.reset")} onConfirm={() => void send()}>
          <Button className={styles.screenOnly} icon={<KeyOutlined />} loading={busy} type={of.password ? "default" : "primary"}>
            {t("sheet.reset")}
          </Button>
        </Popconfirm>
      )}
    </>
  );
}
