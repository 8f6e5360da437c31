-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- common: a checkpoint is of the log of the whole instance, in which each organisation has its entries
CREATE TABLE audit_checkpoint (
  id   TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  note TEXT NOT NULL,
  at   TEXT NOT NULL
);
CREATE INDEX audit_checkpoint_size ON audit_checkpoint (size, id);

-- common: the public keys that this instance has signed with
CREATE TABLE audit_key (
  public TEXT PRIMARY KEY,
  since  TEXT NOT NULL
);

-- common: what each witness of this instance got last, and why it did not get more
CREATE TABLE audit_delivery (
  witness TEXT PRIMARY KEY,
  size    BIGINT NOT NULL,
  at      TEXT NOT NULL,
  tried   TEXT NOT NULL,
  fault   TEXT NOT NULL
);

-- common: what the last verifications of the instance's log found
CREATE TABLE audit_check (
  id     TEXT PRIMARY KEY,
  at     TEXT NOT NULL,
  size   BIGINT NOT NULL,
  held   BIGINT NOT NULL,
  flaws  BIGINT NOT NULL,
  report TEXT NOT NULL,
  took   BIGINT NOT NULL
);

-- Checkpoints of other instances' logs, to which an organisation here is a witness. key is
-- the one that the first of them was signed with.
CREATE TABLE audit_witnessed (
  org    TEXT NOT NULL,
  origin TEXT NOT NULL,
  key    TEXT NOT NULL,
  size   BIGINT NOT NULL,
  note   TEXT NOT NULL,
  at     TEXT NOT NULL,
  PRIMARY KEY (org, origin)
);

-- What was wrong with another instance's log: it does not continue what was witnessed.
CREATE TABLE audit_alarm (
  id     TEXT PRIMARY KEY,
  org    TEXT NOT NULL,
  origin TEXT NOT NULL,
  kind   TEXT NOT NULL,
  had    TEXT NOT NULL,
  got    TEXT NOT NULL,
  at     TEXT NOT NULL
);
CREATE INDEX audit_alarm_org ON audit_alarm (org, id);
