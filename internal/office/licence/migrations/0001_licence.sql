-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- How many packages of a present document have which pair of licence terms: declared by
-- the authors, concluded by whoever made the document; 0 is none. A document of a thousand
-- packages has some thirty pairs, so that a million packages are judged by judging each
-- term once.
-- common: private through sbom_document, whose number begins the key
CREATE TABLE licence_mix (
  document  BIGINT NOT NULL,
  declared  BIGINT NOT NULL,
  concluded BIGINT NOT NULL,
  packages  BIGINT NOT NULL,
  PRIMARY KEY (document, declared, concluded)
); -- clustered

CREATE VIEW licence_mix_view AS
  SELECT document, declared, concluded, packages FROM licence_mix;

-- A licence that an organisation keeps itself, for itself and all below. Each change is a
-- version more; nothing is overwritten.
CREATE TABLE licence_own (
  org     TEXT NOT NULL,
  id      TEXT NOT NULL,
  version BIGINT NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('active', 'retired')),
  name    TEXT NOT NULL CHECK (length(name) > 0),
  class   TEXT NOT NULL,
  about   TEXT NOT NULL,
  body    TEXT NOT NULL,
  source  TEXT NOT NULL,
  reason  TEXT NOT NULL CHECK (length(reason) > 0),
  person  TEXT NOT NULL,
  created TEXT NOT NULL,
  PRIMARY KEY (org, id, version)
);

-- What licence a package version has, as an organisation concluded it for itself and all
-- below. reuse: later versions of the package take it over, each as a row of its own, whose
-- origin is the row that it was taken from.
CREATE TABLE licence_conclusion (
  id         TEXT PRIMARY KEY,
  org        TEXT NOT NULL,
  package    BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('active', 'replaced', 'withdrawn')),
  expression TEXT NOT NULL CHECK (length(expression) > 0),
  reason     TEXT NOT NULL CHECK (length(reason) > 0),
  source     TEXT NOT NULL,
  reuse      BOOLEAN NOT NULL,
  origin     TEXT NOT NULL,
  person     TEXT NOT NULL,
  created    TEXT NOT NULL,
  UNIQUE (org, package, version)
);
CREATE INDEX licence_conclusion_package ON licence_conclusion (package);

-- What counts for an organisation: its own conclusion, else that of the nearest above it.
CREATE VIEW licence_conclusion_view AS
  SELECT s.org, c.package, c.expression, c.id AS conclusion
  FROM licence_conclusion c JOIN governance_scope_view s ON s.root = c.org
  WHERE c.state = 'active' AND NOT EXISTS (
    SELECT 1 FROM licence_conclusion n
    JOIN governance_scope_view t ON t.root = n.org AND t.org = s.org
    JOIN governance_scope_view u ON u.root = c.org AND u.org = n.org
    WHERE n.package = c.package AND n.org <> c.org AND n.state = 'active');
