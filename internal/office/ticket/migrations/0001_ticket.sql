-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- How an organisation uses a system that the operator has set up, for its own cases and those
-- below it. types is JSON, none means all; place is the group of the tickets; push says by the
-- end of a case which state a ticket gets (JSON); ended and opened name states beyond the known ones.
CREATE TABLE ticket_connection (
  org      TEXT NOT NULL,
  system   TEXT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('on', 'off')),
  types    TEXT NOT NULL,
  place    TEXT NOT NULL,
  customer TEXT NOT NULL,
  push     TEXT NOT NULL,
  ended    TEXT NOT NULL,
  opened   TEXT NOT NULL,
  tongue   TEXT NOT NULL,
  PRIMARY KEY (org, system)
);

-- The ticket of a case. state is the one there when it was last read; gone is when it was not to
-- be found there; noted is the contradiction that somebody took note of.
CREATE TABLE ticket_link (
  org     TEXT NOT NULL,
  matter  TEXT NOT NULL,
  system  TEXT NOT NULL,
  ticket  BIGINT NOT NULL,
  number  TEXT NOT NULL,
  state   TEXT NOT NULL,
  synced  TEXT NOT NULL,
  gone    TEXT NOT NULL,
  noted   TEXT NOT NULL,
  PRIMARY KEY (matter, system),
  UNIQUE (system, ticket)
);
CREATE INDEX ticket_link_org ON ticket_link (org);

-- What is to be told, in its order. body is JSON and empty once it is there; due is until when
-- whoever tells it has it for themselves.
CREATE TABLE ticket_message (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  matter  TEXT NOT NULL,
  system  TEXT NOT NULL,
  kind    TEXT NOT NULL CHECK (kind IN ('create', 'tag', 'article', 'state', 'event')),
  number  TEXT NOT NULL,
  body    TEXT NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  attempt BIGINT NOT NULL,
  due     TEXT NOT NULL,
  fault   TEXT NOT NULL,
  detail  TEXT NOT NULL,
  created TEXT NOT NULL,
  ended   TEXT NOT NULL
);
CREATE INDEX ticket_message_org ON ticket_message (org, id);
CREATE INDEX ticket_message_open ON ticket_message (matter, system, id) WHERE state <> 'sent';

-- Articles that are known: our own, and those that came into the case.
CREATE TABLE ticket_article (
  org     TEXT NOT NULL,
  system  TEXT NOT NULL,
  ticket  BIGINT NOT NULL,
  article BIGINT NOT NULL,
  PRIMARY KEY (system, ticket, article)
);
CREATE INDEX ticket_article_org ON ticket_article (org);

-- Requests of the other side that were taken, for some days: each is sent up to five times.
CREATE TABLE ticket_delivery (
  org      TEXT NOT NULL,
  system   TEXT NOT NULL,
  delivery TEXT NOT NULL,
  at       TEXT NOT NULL,
  PRIMARY KEY (system, delivery)
);
