-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A journey to a provider that has not come back yet: it may do so once. Of the secret in
-- the browser's cookie only the SHA-256 is kept; org is that of the provider.
CREATE TABLE identity_flow (
  sum      TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  provider TEXT NOT NULL,
  back     TEXT NOT NULL,
  expires  TEXT NOT NULL
);
-- Sweeping out what ran out.
CREATE INDEX identity_flow_expires ON identity_flow (expires);

-- Whom a provider means: issuer and subject together are a person's name that never changes
-- (OpenID Connect Core 1.0, section 5.7). org is that of the provider.
CREATE TABLE identity_bond (
  issuer   TEXT NOT NULL,
  subject  TEXT NOT NULL,
  org      TEXT NOT NULL,
  person   TEXT NOT NULL,
  provider TEXT NOT NULL,
  created  TEXT NOT NULL,
  seen     TEXT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_bond_person ON identity_bond (person);

-- Sessions that began at a provider, so that it can end them. session is the id of ours, sid
-- the provider's; org is the person's.
CREATE TABLE identity_session (
  session  TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  person   TEXT NOT NULL,
  provider TEXT NOT NULL,
  subject  TEXT NOT NULL,
  sid      TEXT NOT NULL,
  created  TEXT NOT NULL
);
CREATE INDEX identity_session_subject ON identity_session (provider, subject);
CREATE INDEX identity_session_sid ON identity_session (provider, sid);

-- Logout tokens that were taken, until they are too old to be taken again.
CREATE TABLE identity_told (
  sum     TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  expires TEXT NOT NULL
);

-- What a group elsewhere means here. org is whose provider or directory it is, target where
-- the level counts: org itself or one below it.
CREATE TABLE identity_mapping (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  source  TEXT NOT NULL,
  value   TEXT NOT NULL CHECK (length(value) > 0),
  target  TEXT NOT NULL,
  level   TEXT NOT NULL,
  created TEXT NOT NULL,
  UNIQUE (org, source, value)
);

-- What a directory (SCIM) says of a person beyond the account: its own id of them, the parts
-- of the name, an address. org is the organisation whose directory it is. gone is set once
-- the directory has deleted the person; the account is closed then and stays on record.
CREATE TABLE identity_user (
  person   TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  external TEXT NOT NULL,
  given    TEXT NOT NULL,
  family   TEXT NOT NULL,
  mail     TEXT NOT NULL,
  changed  TEXT NOT NULL,
  gone     TEXT NOT NULL
);
CREATE INDEX identity_user_external ON identity_user (org, external);

-- Groups of a directory, and who is in them.
CREATE TABLE identity_group (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  name     TEXT NOT NULL CHECK (length(name) > 0),
  external TEXT NOT NULL,
  created  TEXT NOT NULL,
  changed  TEXT NOT NULL
);
CREATE UNIQUE INDEX identity_group_name ON identity_group (org, name);

CREATE TABLE identity_member (
  grp    TEXT NOT NULL,
  person TEXT NOT NULL,
  org    TEXT NOT NULL,
  PRIMARY KEY (grp, person)
); -- clustered
CREATE INDEX identity_member_person ON identity_member (person);
