-- Access reviews, and what was said of each role. Rows stay: an auditor wants to see them years later.

CREATE TABLE IF NOT EXISTS access_review (
    tenant    INTEGER NOT NULL,
    review    BIGINT  NOT NULL,
    opened    BIGINT  NOT NULL,
    opened_by BIGINT  NOT NULL,
    ends      BIGINT  NOT NULL,
    closed    BIGINT,
    reminded  BIGINT  NOT NULL,
    PRIMARY KEY (tenant, review)
);

CREATE TABLE IF NOT EXISTS access_review_item (
    tenant     INTEGER NOT NULL,
    review     BIGINT  NOT NULL,
    person     BIGINT  NOT NULL,
    role       TEXT    NOT NULL,
    place      TEXT    NOT NULL,
    verdict    TEXT,
    decided_by BIGINT,
    decided_at BIGINT,
    PRIMARY KEY (tenant, review, person, role, place)
);
