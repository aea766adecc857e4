import { LoginOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Divider } from "antd";
import { useTranslation } from "react-i18next";
import { address } from "~/api/client";
import { session } from "~/api/session";
import { useSaid } from "~/ui";

/** Where else one may sign in, each a button that leads there; nothing where there is none. */
export function Providers({ to }: { to: string | undefined }) {
  const { t } = useTranslation("signIn");
  const said = useSaid();
  // Asked once: what a server offers before a sign-in it does not say, and a 404 says it for good.
  const found = useQuery({ queryKey: ["providers"], queryFn: session.providers, retry: false, staleTime: Infinity, gcTime: Infinity });
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <>
      <Divider plain>{t("single.or")}</Divider>
      <div style={{ display: "grid", gap: 8 }}>
        {items.map((provider) => (
          <Button key={provider.provider} size="large" block icon={<LoginOutlined />} href={address(`/session/oidc/${encodeURIComponent(provider.provider)}`, { to })}>
            {said(provider)}
          </Button>
        ))}
      </div>
    </>
  );
}
