-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Who makes software, or delivers and looks after it.
CREATE TABLE estate_supplier (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  name    TEXT NOT NULL CHECK (length(name) > 0),
  folded  TEXT NOT NULL,
  website TEXT NOT NULL,
  contact TEXT NOT NULL,
  note    TEXT NOT NULL,
  created TEXT NOT NULL,
  changed TEXT NOT NULL
);
CREATE UNIQUE INDEX estate_supplier_name ON estate_supplier (org, folded);

-- What was agreed with a supplier, under the number that the organisation files it by.
CREATE TABLE estate_contract (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  number   TEXT NOT NULL CHECK (length(number) > 0),
  supplier TEXT NOT NULL,
  title    TEXT NOT NULL,
  until    TEXT NOT NULL,
  created  TEXT NOT NULL,
  changed  TEXT NOT NULL
);
CREATE UNIQUE INDEX estate_contract_number ON estate_contract (org, number);
CREATE INDEX estate_contract_supplier ON estate_contract (supplier);

-- A product. Its maker is a supplier; purl bears no version; words is what a search looks through.
CREATE TABLE estate_software (
  id         TEXT PRIMARY KEY,
  org        TEXT NOT NULL,
  name       TEXT NOT NULL CHECK (length(name) > 0),
  folded     TEXT NOT NULL,
  words      TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('open', 'proprietary', 'own', 'unknown')),
  purpose_de TEXT NOT NULL,
  purpose_en TEXT NOT NULL,
  licence    TEXT NOT NULL,
  website    TEXT NOT NULL,
  repository TEXT NOT NULL,
  purl       TEXT NOT NULL,
  supplier   TEXT NOT NULL,
  source     TEXT NOT NULL,
  checked    TEXT NOT NULL,
  retired    TEXT NOT NULL,
  created    TEXT NOT NULL,
  changed    TEXT NOT NULL
);
-- One name, one entry: imports and uploads find it again.
CREATE UNIQUE INDEX estate_software_name ON estate_software (org, folded);
-- The list in German order.
CREATE INDEX estate_software_order ON estate_software (name COLLATE "de-x-icu", id);
CREATE INDEX estate_software_purl ON estate_software (purl) WHERE purl <> '';
CREATE INDEX estate_software_supplier ON estate_software (supplier) WHERE supplier <> '';

-- One version of a product. It belongs to the organisation of its software.
CREATE TABLE estate_release (
  id        TEXT PRIMARY KEY,
  org       TEXT NOT NULL,
  software  TEXT NOT NULL REFERENCES estate_software (id),
  version   TEXT NOT NULL,
  purl      TEXT NOT NULL,
  released  TEXT NOT NULL,
  supported TEXT NOT NULL,
  retired   TEXT NOT NULL,
  created   TEXT NOT NULL,
  changed   TEXT NOT NULL
);
CREATE UNIQUE INDEX estate_release_version ON estate_release (software, version);
-- What an organisation owns; see estate_visible_view.
CREATE INDEX estate_release_org ON estate_release (org, id);

-- Who runs a release, in which role, for what. org is the organisation that does.
CREATE TABLE estate_use (
  id          TEXT PRIMARY KEY,
  org         TEXT NOT NULL,
  release     TEXT NOT NULL REFERENCES estate_release (id),
  role        TEXT NOT NULL CHECK (role IN ('user', 'operator', 'provider', 'developer')),
  purpose     TEXT NOT NULL,
  since       TEXT NOT NULL,
  ended       TEXT NOT NULL,
  criticality TEXT NOT NULL CHECK (criticality IN ('unknown', 'low', 'normal', 'high', 'very_high')),
  contract    TEXT NOT NULL,
  supplier    TEXT NOT NULL,
  external    TEXT NOT NULL,
  created     TEXT NOT NULL,
  changed     TEXT NOT NULL
);
-- What an organisation uses; see estate_visible_view.
CREATE INDEX estate_use_org ON estate_use (org, release);
CREATE INDEX estate_use_release ON estate_use (release, org);
CREATE INDEX estate_use_supplier ON estate_use (supplier) WHERE supplier <> '';
CREATE INDEX estate_use_contract ON estate_use (contract) WHERE contract <> '';
-- The number of the line in a foreign register, by which an import finds it again.
CREATE UNIQUE INDEX estate_use_external ON estate_use (org, external) WHERE external <> '';

-- A table that was uploaded to be imported. It is kept so that an import can be looked up.
CREATE TABLE estate_import (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  name    TEXT NOT NULL,
  sum     TEXT NOT NULL,
  mapping TEXT NOT NULL,
  task    TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX estate_import_org ON estate_import (org, id);

-- supplier is the name, for those who search and show.
CREATE VIEW estate_software_view AS
  SELECT s.id, s.org, s.name, s.folded, s.kind, s.licence, COALESCE(p.name, '') AS supplier, s.purl, s.retired
  FROM estate_software s LEFT JOIN estate_supplier p ON p.id = s.supplier;

CREATE VIEW estate_release_view AS
  SELECT id, org, software, version, purl, retired FROM estate_release;

CREATE VIEW estate_use_view AS
  SELECT u.id, u.org, u.release, u.role, u.purpose, u.criticality, u.since, COALESCE(p.name, '') AS supplier, COALESCE(c.number, '') AS contract
  FROM estate_use u
  LEFT JOIN estate_supplier p ON p.id = u.supplier
  LEFT JOIN estate_contract c ON c.id = u.contract
  WHERE u.ended = '';

CREATE VIEW estate_supplier_view AS
  SELECT id, org, name, folded FROM estate_supplier;

-- The releases in service that an organisation may see: those of its tree, and those used in it.
CREATE VIEW estate_visible_view AS
  SELECT s.root AS root, r.id AS release
  FROM governance_scope_view s JOIN estate_release r ON r.org = s.org
  WHERE r.retired = ''
  UNION
  SELECT s.root AS root, u.release AS release
  FROM governance_scope_view s JOIN estate_use u ON u.org = s.org
  WHERE u.ended = '';
