-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- An app that shows codes. The secret must be readable, for the codes are computed from it;
-- last is the number of the step whose code was used last, so that none is used twice.
CREATE TABLE factor_app (
  person  TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  secret  TEXT NOT NULL,
  last    BIGINT NOT NULL,
  created TEXT NOT NULL
);

-- Recovery codes, each for one time: a code that was used is gone. Only hashes are kept.
CREATE TABLE factor_code (
  person  TEXT NOT NULL,
  sum     TEXT NOT NULL,
  org     TEXT NOT NULL,
  created TEXT NOT NULL,
  PRIMARY KEY (person, sum)
);

-- Passkeys: id is that of the credential in base64url, body what the verifying library keeps.
CREATE TABLE factor_key (
  id      TEXT PRIMARY KEY,
  person  TEXT NOT NULL,
  org     TEXT NOT NULL,
  name    TEXT NOT NULL CHECK (length(name) > 0),
  body    TEXT NOT NULL,
  created TEXT NOT NULL,
  used    TEXT NOT NULL
);
CREATE INDEX factor_key_person ON factor_key (person, id);

-- Somebody has shown a password and not yet the second factor. Of the secret in the cookie
-- only the hash is kept.
CREATE TABLE factor_step (
  sum     TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  back    TEXT NOT NULL,
  expires TEXT NOT NULL
);
CREATE INDEX factor_step_expires ON factor_step (expires);

-- Whom an organisation asks for a second factor: nobody, admin or all.
CREATE TABLE factor_rule (
  org     TEXT PRIMARY KEY,
  who     TEXT NOT NULL,
  changed TEXT NOT NULL
);
