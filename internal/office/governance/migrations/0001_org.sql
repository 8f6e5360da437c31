-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- An organisation is its own: its id stands in the column by which all others say whose they are.
CREATE TABLE governance_org (
  org     TEXT PRIMARY KEY,
  parent  TEXT NOT NULL,
  name    TEXT NOT NULL CHECK (length(name) > 0),
  folded  TEXT NOT NULL,
  kind    TEXT NOT NULL,
  created TEXT NOT NULL
);
-- The organisations directly below one.
CREATE INDEX governance_org_parent ON governance_org (parent);

-- Who acts for root sees org: each organisation with itself and all below it.
CREATE TABLE governance_scope (
  root TEXT NOT NULL,
  org  TEXT NOT NULL,
  PRIMARY KEY (root, org)
); -- clustered
-- The way up, and "may this organisation see that row".
CREATE UNIQUE INDEX governance_scope_up ON governance_scope (org, root);

-- common: one row that changes of the tree take turns at, with how often it changed
CREATE TABLE governance_tree (
  one     BIGINT PRIMARY KEY,
  version BIGINT NOT NULL
);
INSERT INTO governance_tree (one, version) VALUES (1, 0);

CREATE TABLE governance_person (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  login   TEXT NOT NULL,
  name    TEXT NOT NULL CHECK (length(name) > 0),
  folded  TEXT NOT NULL,
  level   TEXT NOT NULL,
  created TEXT NOT NULL,
  ended   TEXT NOT NULL
);
-- Signing in; a person without an account has the empty login.
CREATE UNIQUE INDEX governance_person_login ON governance_person (login) WHERE login <> '';
CREATE INDEX governance_person_org ON governance_person (org, folded, id);

CREATE VIEW governance_org_view AS SELECT org AS id, parent, name, kind FROM governance_org;
CREATE VIEW governance_scope_view AS SELECT root, org FROM governance_scope;
CREATE VIEW governance_person_view AS SELECT id, org, name FROM governance_person;
