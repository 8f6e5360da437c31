-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A local account: how a person proves to be that person. The hash carries its parameters.
CREATE TABLE governance_password (
  person  TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  hash    TEXT NOT NULL,
  changed TEXT NOT NULL
);

-- org is the organisation that the person acts for: the own one or one below it. Of the
-- secret in the cookie only the SHA-256 is kept.
CREATE TABLE governance_session (
  sum     TEXT PRIMARY KEY,
  id      TEXT NOT NULL,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  agent   TEXT NOT NULL,
  address TEXT NOT NULL,
  created TEXT NOT NULL,
  seen    TEXT NOT NULL
);
-- A person's sessions.
CREATE INDEX governance_session_person ON governance_session (person, id);

-- A token by which a program acts for an organisation; scopes are permissions, separated by
-- blanks; expires and revoked are empty where there is no such time.
CREATE TABLE governance_token (
  id      TEXT PRIMARY KEY,
  sum     TEXT NOT NULL UNIQUE,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  name    TEXT NOT NULL CHECK (length(name) > 0),
  scopes  TEXT NOT NULL,
  created TEXT NOT NULL,
  expires TEXT NOT NULL,
  used    TEXT NOT NULL,
  revoked TEXT NOT NULL
);
CREATE INDEX governance_token_org ON governance_token (org, id);
CREATE INDEX governance_token_person ON governance_token (person, id);

-- A link that works once: for the first account of the instance (person and org are empty)
-- or for a person to set a password.
CREATE TABLE governance_link (
  sum     TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL,
  expires TEXT NOT NULL
);

-- common: failed sign-ins are counted before anybody knows whose they are; keys are hashes
CREATE TABLE governance_try (
  key      TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  last     TEXT NOT NULL,
  until    TEXT NOT NULL
);
CREATE INDEX governance_try_last ON governance_try (last);

-- Programs that can be named in the log, as "token:" and the id.
CREATE VIEW governance_token_view AS SELECT id, org, name FROM governance_token;
