-- Accounts: the organisation, people with what they may and how they prove who they are, where they are logged in, and the
-- log of what everybody did. Ids are given once; rows of people, tokens and approvals stay, because the log names them.

CREATE TABLE IF NOT EXISTS company (
    tenant   INTEGER NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    begun_at BIGINT  NOT NULL
);

CREATE TABLE IF NOT EXISTS unit (
    tenant INTEGER NOT NULL,
    unit   BIGINT  NOT NULL,
    parent BIGINT,
    kind   TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    PRIMARY KEY (tenant, unit)
);

CREATE TABLE IF NOT EXISTS project (
    tenant  INTEGER NOT NULL,
    project BIGINT  NOT NULL,
    unit    BIGINT  NOT NULL,
    name    TEXT    NOT NULL,
    PRIMARY KEY (tenant, project)
);

-- Roles that the tenant composed itself; the shipped ones are in the program.
CREATE TABLE IF NOT EXISTS role (
    tenant        INTEGER NOT NULL,
    name          TEXT    NOT NULL,
    permits       TEXT    NOT NULL,
    second_factor TEXT    NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE IF NOT EXISTS person (
    tenant             INTEGER NOT NULL,
    person             BIGINT  NOT NULL,
    name               TEXT    NOT NULL,
    display_name       TEXT    NOT NULL,
    language           TEXT    NOT NULL,
    agent              TEXT,
    home               BIGINT  NOT NULL,
    made_at            BIGINT  NOT NULL,
    last_login         BIGINT,
    password           TEXT,
    password_set_at    BIGINT,
    password_chosen    TEXT,
    passwords_old      TEXT    NOT NULL,
    otp_secret         TEXT,
    otp_hash           TEXT,
    otp_digits         BIGINT,
    otp_taken          BIGINT,
    passkeys           TEXT    NOT NULL,
    recovery           TEXT    NOT NULL,
    wrong_passwords    BIGINT  NOT NULL,
    wrong_passwords_at BIGINT  NOT NULL,
    wrong_codes        BIGINT  NOT NULL,
    wrong_codes_at     BIGINT  NOT NULL,
    frozen             TEXT,
    frozen_at          BIGINT,
    frozen_reason      TEXT,
    PRIMARY KEY (tenant, person)
);
CREATE UNIQUE INDEX IF NOT EXISTS person_by_name  ON person (tenant, name);
CREATE UNIQUE INDEX IF NOT EXISTS person_by_agent ON person (tenant, agent) WHERE agent IS NOT NULL;
CREATE INDEX IF NOT EXISTS person_by_home ON person (tenant, home);

CREATE TABLE IF NOT EXISTS person_project (
    tenant  INTEGER NOT NULL,
    person  BIGINT  NOT NULL,
    project BIGINT  NOT NULL,
    PRIMARY KEY (tenant, person, project)
);

CREATE TABLE IF NOT EXISTS role_grant (
    tenant    INTEGER NOT NULL,
    person    BIGINT  NOT NULL,
    role      TEXT    NOT NULL,
    place     TEXT    NOT NULL,
    given_by  BIGINT,
    since     BIGINT  NOT NULL,
    confirmed BIGINT  NOT NULL,
    PRIMARY KEY (tenant, person, role, place)
);
CREATE INDEX IF NOT EXISTS role_grant_by_role ON role_grant (tenant, role);

-- A browser or program somebody logs in with, known again by a cookie of which the hash is kept.
CREATE TABLE IF NOT EXISTS device (
    tenant  INTEGER NOT NULL,
    device  BIGINT  NOT NULL,
    secret  TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    listed  BIGINT  NOT NULL,
    seen_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant, device)
);
CREATE UNIQUE INDEX IF NOT EXISTS device_by_secret ON device (tenant, secret);

-- Logins, also those that have ended: the log of who was where.
CREATE TABLE IF NOT EXISTS login (
    tenant   INTEGER NOT NULL,
    login    BIGINT  NOT NULL,
    person   BIGINT  NOT NULL,
    device   BIGINT  NOT NULL,
    proof    TEXT    NOT NULL,
    secret   TEXT    NOT NULL,
    address  TEXT    NOT NULL,
    browser  TEXT    NOT NULL,
    place    TEXT,
    begun    BIGINT  NOT NULL,
    active   BIGINT  NOT NULL,
    voice    BIGINT  NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (tenant, login)
);
CREATE UNIQUE INDEX IF NOT EXISTS login_by_secret ON login (tenant, secret);
CREATE INDEX IF NOT EXISTS login_by_person ON login (tenant, person, login);
CREATE INDEX IF NOT EXISTS login_open ON login (tenant, person) WHERE ended_at IS NULL;

-- What the owner of an account was told about a login, and the link "that was not me".
CREATE TABLE IF NOT EXISTS login_notice (
    tenant  INTEGER NOT NULL,
    login   BIGINT  NOT NULL,
    person  BIGINT  NOT NULL,
    unusual TEXT    NOT NULL,
    secret  TEXT    NOT NULL,
    made    BIGINT  NOT NULL,
    used    BIGINT  NOT NULL,
    PRIMARY KEY (tenant, login)
);
CREATE INDEX IF NOT EXISTS login_notice_by_person ON login_notice (tenant, person, login);

CREATE TABLE IF NOT EXISTS token (
    tenant      INTEGER NOT NULL,
    token       BIGINT  NOT NULL,
    person      BIGINT  NOT NULL,
    name        TEXT    NOT NULL,
    permissions TEXT    NOT NULL,
    made        BIGINT  NOT NULL,
    ends        BIGINT  NOT NULL,
    revoked     BIGINT,
    secret      TEXT    NOT NULL,
    PRIMARY KEY (tenant, token)
);
CREATE INDEX IF NOT EXISTS token_by_person ON token (tenant, person);

CREATE TABLE IF NOT EXISTS login_rule (
    tenant    INTEGER NOT NULL,
    place     BIGINT  NOT NULL,
    name      TEXT    NOT NULL,
    rule      TEXT    NOT NULL,
    PRIMARY KEY (tenant, place)
);

CREATE TABLE IF NOT EXISTS approval (
    tenant      INTEGER NOT NULL,
    approval    BIGINT  NOT NULL,
    act         TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    object      TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    asked_by    BIGINT  NOT NULL,
    asked_at    BIGINT  NOT NULL,
    answer      TEXT    NOT NULL,
    answered_by BIGINT,
    answered_at BIGINT,
    answer_text TEXT,
    PRIMARY KEY (tenant, approval)
);
CREATE INDEX IF NOT EXISTS approval_by_answer ON approval (tenant, answer, approval);

-- The log of what everybody did: a chain of hashes, added to at its end and taken from at its front.
CREATE TABLE IF NOT EXISTS audit (
    tenant   INTEGER NOT NULL,
    seq      BIGINT  NOT NULL,
    at       BIGINT  NOT NULL,
    who_kind TEXT    NOT NULL,
    who      BIGINT  NOT NULL,
    who_name TEXT    NOT NULL,
    address  TEXT,
    action   TEXT    NOT NULL,
    object   TEXT    NOT NULL,
    outcome  TEXT    NOT NULL,
    why      TEXT    NOT NULL,
    details  TEXT    NOT NULL,
    prev     TEXT    NOT NULL,
    hash     TEXT    NOT NULL,
    PRIMARY KEY (tenant, seq)
);
CREATE INDEX IF NOT EXISTS audit_by_time   ON audit (tenant, at);
CREATE INDEX IF NOT EXISTS audit_by_who    ON audit (tenant, who, seq);
CREATE INDEX IF NOT EXISTS audit_by_action ON audit (tenant, action, seq);

-- Where the chain ends, and behind what it begins. Its row is what changes of accounts wait for.
CREATE TABLE IF NOT EXISTS audit_chain (
    tenant     INTEGER NOT NULL PRIMARY KEY,
    seq        BIGINT  NOT NULL,
    hash       TEXT    NOT NULL,
    start_seq  BIGINT  NOT NULL,
    start_hash TEXT    NOT NULL
);
