import { useState } from "react";
import { MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Dropdown, Form, Input, Modal, Select, Table, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { type Acted, actsOf, type Person, unitsQuery, type UserAct } from "~/api/people";
import { isProblem } from "~/api/problem";
import type { Page as PageOf } from "~/api/types";
import { usePreferences } from "~/app/preferences";
import { Empty, Failure, Loading, Moment, NotYet, StateTag, useProblemText } from "~/ui";
import { useRoleName } from "~/ui/useRoleName";
import { useAddress } from "../address";
import { useRoles } from "./index";
import styles from "./users.module.css";

const TONE = { active: "good", locked: "warn", frozen: "bad", disabled: "idle" } as const;

export function People() {
  const { t } = useTranslation(["users", "app"]);
  const may = useMay();
  const [asked, change] = useAddress(["text"]);
  const [adding, setAdding] = useState(false);
  const [acting, setActing] = useState<{ person: Person; act: UserAct } | null>(null);
  const found = useInfiniteQuery({
    queryKey: ["users", asked],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<PageOf<Person>>("/users", { ...asked, limit: 100, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next,
    retry: false,
  });
  if (isProblem(found.error, "not_found")) return <NotYet />;
  if (found.error) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <Loading />;
  return (
    <>
      <div className={styles.bar}>
        <Input.Search allowClear className={styles.search ?? ""} defaultValue={asked.text ?? ""} placeholder={t("person.search")} aria-label={t("person.search")} onSearch={(text) => change({ text: text.trim() || undefined })} />
        {may({ permission: "user.write", admin: true }) && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {t("person.add")}
          </Button>
        )}
      </div>
      <PeopleTable people={found.data.pages.flatMap(({ items }) => items)} onAct={(person, act) => setActing({ person, act })} />
      {found.hasNextPage && (
        <Button block type="link" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("app:act.loadMore")}
        </Button>
      )}
      {adding && <AddDialog onClose={() => setAdding(false)} />}
      {acting && <ActDialog {...acting} onClose={() => setActing(null)} />}
    </>
  );
}

function PeopleTable({ people, onAct }: { people: Person[]; onAct: (person: Person, act: UserAct) => void }) {
  const { t } = useTranslation("users");
  const may = useMay();
  const { language } = usePreferences();
  const roles = useRoles().data?.items ?? [];
  const shippedName = useRoleName();
  const roleName = (code: string) => {
    const role = roles.find((one) => one.role === code);
    return (language === "en" ? role?.en : role?.zh) ?? shippedName(code);
  };
  const allowed = (act: UserAct) => may({ permission: act === "unlock" ? "user.unlock" : "user.write", admin: true });
  return (
    <Table<Person>
      rowKey="user"
      size="middle"
      dataSource={people}
      pagination={false}
      scroll={{ x: 860 }}
      locale={{ emptyText: <Empty title={t("person.empty")} /> }}
      columns={[
        {
          title: t("person.displayName"),
          render: (_, { display_name, name }) => (
            <>
              <strong>{display_name}</strong> <span className="soft">{name}</span>
            </>
          ),
        },
        { title: t("person.unit"), render: (_, { unit, unit_name }) => unit_name ?? unit ?? "—" },
        { title: t("person.roles"), render: (_, { roles }) => roles.map(({ role, place }) => <Tag key={`${role} ${place ?? ""}`}>{roleName(role)}</Tag>) },
        { title: t("person.agent"), render: (_, { agent }) => agent ?? <span className="soft">—</span> },
        { title: t("person.secondFactor"), width: 110, render: (_, { second_factor }) => <span className={second_factor ? "" : "soft"}>{second_factor ? t("person.on") : t("person.off")}</span> },
        { title: t("person.lastSignIn"), width: 130, render: (_, { last_sign_in }) => (last_sign_in ? <Moment at={last_sign_in} /> : <span className="soft">{t("person.never")}</span>) },
        { title: t("person.state"), width: 110, render: (_, { state }) => <StateTag tone={TONE[state]}>{t(`state.${state}`)}</StateTag> },
        {
          width: 56,
          render: (_, person) => {
            const acts = actsOf(person).filter(allowed);
            if (acts.length === 0) return null;
            return (
              <Dropdown trigger={["click"]} menu={{ items: acts.map((act) => ({ key: act, label: t(`act.${act}`), danger: act === "disable" })), onClick: ({ key }) => onAct(person, key as UserAct) }}>
                <Button type="text" icon={<MoreOutlined />} aria-label={`${t("act.more")}: ${person.display_name}`} />
              </Dropdown>
            );
          },
        },
      ]}
    />
  );
}

/** A password that was made: shown once, and copied if wanted. */
function Once({ acted, title }: { acted: Acted; title: string }) {
  const { t } = useTranslation("users");
  return (
    <>
      <Alert type="success" showIcon title={title} description={acted.password ? t("person.password") : undefined} />
      {acted.password && (
        <Typography.Title level={4} copyable className={styles.once ?? ""}>
          {acted.password}
        </Typography.Title>
      )}
      {acted.waits_for && <Alert type="warning" showIcon title={t("person.waits")} />}
    </>
  );
}

function ActDialog({ person, act, onClose }: { person: Person; act: UserAct; onClose: () => void }) {
  const { t } = useTranslation(["users", "app"]);
  const { message } = App.useApp();
  const problem = useProblemText();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const run = useMutation({
    mutationFn: () => api.post<Acted | undefined>(`/users/${encodeURIComponent(person.user)}/${act}`, { reason: reason || undefined }),
    onSuccess: (acted) => {
      void queries.invalidateQueries({ queryKey: ["users"] });
      if (acted?.password || acted?.waits_for) return;
      message.success(t("act.done"));
      onClose();
    },
  });
  const shown = run.data?.password || run.data?.waits_for ? run.data : null;
  return (
    <Modal
      open
      title={t("act.sure", { act: t(`act.${act}`), name: person.display_name })}
      okText={shown ? t("app:act.close") : t(`act.${act}`)}
      okButtonProps={{ danger: act === "disable", loading: run.isPending }}
      onOk={() => (shown ? onClose() : run.mutate())}
      onCancel={onClose}
    >
      {shown ? (
        <Once acted={shown} title={act === "reset-password" ? t("person.reset") : t("act.done")} />
      ) : (
        <>
          <p>{act === "disable" ? t("act.disableBody") : t("act.body")}</p>
          <Input autoFocus maxLength={200} value={reason} placeholder={t("act.reason")} aria-label={t("act.reason")} onChange={({ target }) => setReason(target.value)} />
          {run.error && <Alert className={styles.once ?? ""} type="error" showIcon title={problem(run.error).what} description={problem(run.error).remedy} />}
        </>
      )}
    </Modal>
  );
}

interface NewPerson {
  name: string;
  display_name: string;
  unit?: string;
  roles: string[];
  agent?: string;
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["users", "app"]);
  const { language } = usePreferences();
  const problem = useProblemText();
  const queries = useQueryClient();
  const roles = useRoles().data?.items ?? [];
  const units = useQuery(unitsQuery).data?.units ?? [];
  const [form] = Form.useForm<NewPerson>();
  const add = useMutation({
    mutationFn: ({ roles, ...person }: NewPerson) => api.post<Acted>("/users", { ...person, roles: roles.map((role) => ({ role })) }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["users"] }),
  });
  return (
    <Modal open title={t("person.add")} okText={add.data ? t("app:act.close") : t("person.add")} okButtonProps={{ loading: add.isPending }} onOk={() => (add.data ? onClose() : form.submit())} onCancel={onClose}>
      {add.data ? (
        <Once acted={add.data} title={t("person.created")} />
      ) : (
        <Form form={form} layout="vertical" onFinish={(person) => add.mutate(person)} initialValues={{ roles: ["agent"] }}>
          <Form.Item name="display_name" label={t("person.displayName")} rules={[{ required: true, whitespace: true, message: t("person.required") }]}>
            <Input autoFocus maxLength={64} />
          </Form.Item>
          <Form.Item name="name" label={t("person.name")} extra={t("person.nameRule")} rules={[{ required: true, message: t("person.required") }, { pattern: /^[a-z][a-z0-9._-]{0,63}$/, message: t("person.nameRule") }]}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="roles" label={t("person.roles")} rules={[{ required: true, message: t("person.required") }]}>
            <Select mode="multiple" options={roles.map((role) => ({ value: role.role, label: (language === "en" ? role.en : role.zh) ?? role.role }))} />
          </Form.Item>
          <Form.Item name="unit" label={t("person.unit")}>
            <Select allowClear options={units.map(({ unit, name }) => ({ value: unit, label: name }))} />
          </Form.Item>
          <Form.Item name="agent" label={t("person.agent")}>
            <Input />
          </Form.Item>
          {add.error && <Alert type="error" showIcon title={problem(add.error).what} description={problem(add.error).remedy} />}
        </Form>
      )}
    </Modal>
  );
}
