import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Card, Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import { Empty, Failure, PageHead, Query, useNow } from "~/ui";
import { ticketQuery, ticketsQuery } from "~/work/queries";
import { TicketDrawer, TicketList } from "~/work/Tickets";
import { useAddress } from "../address";

/** What was promised to customers and is not done yet, by oneself and by those whom one leads (AGT-08). */
export default function Page() {
  const { t } = useTranslation(["work", "app"]);
  const [{ ticket, overdue }, change] = useAddress(["ticket", "overdue"]);
  const found = useInfiniteQuery(ticketsQuery(overdue === "yes"));
  const now = useNow();
  const tickets = found.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageHead title={t("app:nav.tickets")} hint={t("ticket.hint")} />
      <Card
        size="small"
        title={
          <Checkbox checked={overdue === "yes"} onChange={({ target }) => change({ overdue: target.checked ? "yes" : undefined })}>
            {t("ticket.onlyOverdue")}
          </Checkbox>
        }
      >
        <Query of={found} compact>
          {() => (tickets.length === 0 ? <Empty title={t("ticket.noneOpen")} hint={t("ticket.noneOpenHint")} /> : <TicketList tickets={tickets} now={now} onOpen={(one) => change({ ticket: one.ticket })} />)}
        </Query>
        {found.hasNextPage && (
          <Button block type="link" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("app:act.loadMore")}
          </Button>
        )}
      </Card>
      {ticket && <OneTicket key={ticket} id={ticket} onClose={() => change({ ticket: undefined })} />}
    </>
  );
}

function OneTicket({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useQuery(ticketQuery(id));
  if (found.error) return <Failure error={found.error} retry={() => void found.refetch()} compact />;
  return found.data ? <TicketDrawer key={found.data.changes?.length} ticket={found.data} onClose={onClose} /> : null;
}
