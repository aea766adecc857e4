-- What somebody is told about his own account. The secret of a link "that was not me" stands here in the clear: all it can do
-- is freeze the account, its owner reads it on his own screen, and it goes when it was followed. The hash that it is checked
-- by is in login_notice.

CREATE TABLE IF NOT EXISTS notice (
    tenant  INTEGER NOT NULL,
    notice  BIGINT  NOT NULL,
    person  BIGINT  NOT NULL,
    at      BIGINT  NOT NULL,
    login   BIGINT,
    device  BIGINT,
    content TEXT    NOT NULL,
    link    TEXT,
    seen_at BIGINT,
    PRIMARY KEY (tenant, notice)
);
CREATE INDEX IF NOT EXISTS notice_by_person ON notice (tenant, person, notice);
CREATE INDEX IF NOT EXISTS notice_by_login  ON notice (tenant, login) WHERE login IS NOT NULL;
