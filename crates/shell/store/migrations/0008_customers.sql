-- What agents see and write about callers: customers with every value they had, knowledge, tickets, lines to say.

-- The last number of each kind that was given. Its row is what changes of that kind wait for.
CREATE TABLE IF NOT EXISTS series (
    tenant INTEGER NOT NULL,
    series TEXT    NOT NULL,
    last   BIGINT  NOT NULL,
    PRIMARY KEY (tenant, series)
);

-- found_by: all that a customer is found by, in small letters.
CREATE TABLE IF NOT EXISTS customer (
    tenant       INTEGER NOT NULL,
    customer     BIGINT  NOT NULL,
    name         TEXT,
    class        TEXT,
    class_reason TEXT,
    fields       TEXT    NOT NULL,
    found_by     TEXT    NOT NULL,
    made_at      BIGINT  NOT NULL,
    changed_at   BIGINT  NOT NULL,
    PRIMARY KEY (tenant, customer)
);

CREATE TABLE IF NOT EXISTS customer_contact (
    tenant   INTEGER NOT NULL,
    customer BIGINT  NOT NULL,
    number   TEXT    NOT NULL,
    place    BIGINT  NOT NULL,
    name     TEXT,
    relation TEXT,
    verdict  TEXT    NOT NULL,
    PRIMARY KEY (tenant, customer, number)
);
CREATE INDEX IF NOT EXISTS customer_contact_by_number ON customer_contact (tenant, number);

-- Every value a customer had: rows are added and never changed.
CREATE TABLE IF NOT EXISTS customer_change (
    tenant    INTEGER NOT NULL,
    customer  BIGINT  NOT NULL,
    change    BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,
    who       TEXT    NOT NULL,
    call      TEXT,
    field     TEXT    NOT NULL,
    old_value TEXT,
    new_value TEXT,
    PRIMARY KEY (tenant, customer, change)
);

-- Which fields of a customer the people of a unit see, in which order.
CREATE TABLE IF NOT EXISTS customer_layout (
    tenant INTEGER NOT NULL,
    unit   BIGINT  NOT NULL,
    fields TEXT    NOT NULL,
    PRIMARY KEY (tenant, unit)
);

-- found_by: title and text in small letters. queues: those it is for; an empty list for all.
CREATE TABLE IF NOT EXISTS article (
    tenant       INTEGER NOT NULL,
    article      TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    standard     BIGINT  NOT NULL,
    queues       TEXT    NOT NULL,
    version      BIGINT  NOT NULL,
    title_found  TEXT    NOT NULL,
    found_by     TEXT    NOT NULL,
    changed_at   BIGINT  NOT NULL,
    changed_by   TEXT    NOT NULL,
    PRIMARY KEY (tenant, article)
);

-- The articles an agent used in a call. They stay when an article goes.
CREATE TABLE IF NOT EXISTS call_article (
    tenant  INTEGER NOT NULL,
    call    TEXT    NOT NULL,
    article TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    who     TEXT    NOT NULL,
    PRIMARY KEY (tenant, call, article)
);

CREATE TABLE IF NOT EXISTS ticket (
    tenant      INTEGER NOT NULL,
    ticket      BIGINT  NOT NULL,
    number      TEXT    NOT NULL,
    call        TEXT,
    subject     TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    priority    TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    made_at     BIGINT  NOT NULL,
    promised_at BIGINT  NOT NULL,
    opened_at   BIGINT  NOT NULL,
    opened_by   TEXT    NOT NULL,
    opener      TEXT,
    agent       TEXT,
    asked_by    TEXT,
    PRIMARY KEY (tenant, ticket)
);
CREATE INDEX IF NOT EXISTS ticket_by_promise ON ticket (tenant, state, promised_at, ticket);
CREATE INDEX IF NOT EXISTS ticket_by_agent   ON ticket (tenant, agent, state, promised_at);
CREATE INDEX IF NOT EXISTS ticket_by_number  ON ticket (tenant, number, ticket);
CREATE INDEX IF NOT EXISTS ticket_by_call    ON ticket (tenant, call) WHERE call IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS ticket_by_request ON ticket (tenant, asked_by) WHERE asked_by IS NOT NULL;

CREATE TABLE IF NOT EXISTS ticket_change (
    tenant      INTEGER NOT NULL,
    ticket      BIGINT  NOT NULL,
    change      BIGINT  NOT NULL,
    at          BIGINT  NOT NULL,
    who         TEXT    NOT NULL,
    body        TEXT,
    state       TEXT,
    promised_at BIGINT,
    agent       TEXT,
    PRIMARY KEY (tenant, ticket, change)
);

-- Lines to say, by queue (* for all), phase of the call and class of the customer (* for all). Versions stay.
CREATE TABLE IF NOT EXISTS script (
    tenant  INTEGER NOT NULL,
    queue   TEXT    NOT NULL,
    phase   TEXT    NOT NULL,
    class   TEXT    NOT NULL,
    version BIGINT  NOT NULL,
    zh      TEXT    NOT NULL,
    en      TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    who     TEXT    NOT NULL,
    PRIMARY KEY (tenant, queue, phase, class, version)
);
