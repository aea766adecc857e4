import type { ReactNode } from "react";
import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import { type Customer, standardFields } from "~/api/work";
import { number, region } from "~/pages/figures";
import { StateTag, type Tone } from "~/ui";
import styles from "./work.module.css";

export const classTones: Record<string, Tone> = { vip: "warn", complaint: "bad", transferred: "busy", normal: "idle", new: "good" };

/** Who it is, of which class, and on which lists. */
export function CustomerWho({ customer }: { customer: Customer }) {
  const { t } = useTranslation("work");
  return (
    <span className={styles.who}>
      {customer.name || t("customer.unknown")} <ClassTag customer={customer} />
    </span>
  );
}

export function ClassTag({ customer }: { customer: Customer }) {
  const { t } = useTranslation("work");
  const word = t(`class.${customer.class as "vip"}`, { defaultValue: customer.class });
  return (
    <>
      {customer.class && customer.class !== "normal" && <StateTag tone={classTones[customer.class] ?? "idle"}>{word}</StateTag>}
      {customer.lists.map((list) => (
        <Tag key={list}>{list}</Tag>
      ))}
    </>
  );
}

/** What is known of a customer, in the order of the team's layout (AGT-02). */
export function CustomerFields({ customer, except = [] }: { customer: Customer; except?: string[] }) {
  const nameOf = useFieldName();
  return (
    <dl className={styles.known}>
      {fieldsOf(customer)
        .filter(([field]) => !except.includes(field))
        .map(([field, value]) => (
          <div key={field}>
            <dt>{nameOf(field)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What a field is called; a centre's own by its code. */
export function useFieldName(): (field: string) => string {
  const { t } = useTranslation("work");
  return (field) => t(`customer.field.${field as "region"}`, { defaultValue: field });
}

// In the order of the layout; what is empty is left out. Without a layout, everything.
function fieldsOf(customer: Customer): [string, ReactNode][] {
  const { region: place } = customer;
  const known: Record<string, ReactNode> = {
    ...Object.fromEntries(Object.entries(customer.fields).map(([field, value]) => [field, value === true ? "✓" : value === false ? "✗" : value])),
    number: <span className="figures">{number(customer.number)}</span>,
    region: place && region(`${place.province} ${place.city}`),
    carrier: customer.carrier,
    contacts:
      customer.contacts.length > 0 &&
      customer.contacts.map((contact) => (
        <div key={contact.number}>
          {contact.name} <span className="figures">{number(contact.number)}</span> {contact.relation && <span className="soft">{contact.relation}</span>}
        </div>
      )),
  };
  const order = customer.layout.length > 0 ? customer.layout : [...standardFields, ...Object.keys(customer.fields)];
  return order.flatMap((field): [string, ReactNode][] => (known[field] != null && known[field] !== "" && known[field] !== false ? [[field, known[field]]] : []));
}
