-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- id is the first 63 bits of the SHA-256 of key: no numbering, hence no waiting for each
-- other. key is the canonical purl without subpath, or "name:group/name@version".
-- common: a package version is the same whoever runs it; whose document lists it stands in sbom_document
CREATE TABLE sbom_package (
  id        BIGINT PRIMARY KEY,
  key       TEXT NOT NULL,
  type      TEXT NOT NULL,
  namespace TEXT NOT NULL,
  name      TEXT NOT NULL,
  folded    TEXT NOT NULL,
  version   TEXT NOT NULL
);
-- "Where do we run log4j?" asks for names, whole or by their beginning.
CREATE INDEX sbom_package_folded ON sbom_package (folded);

-- Licence expressions and names of suppliers: few, and repeated by the million.
-- common: words, not facts about anybody
CREATE TABLE sbom_term (
  id   BIGINT PRIMARY KEY,
  text TEXT NOT NULL
);

-- Every document ever taken in, one row a release it was taken in for. The document
-- itself lies in the blob store under sum. direct counts the packages that the product
-- itself asks for, unplaced those of which nobody says who does; notes are the first
-- warnings as JSON; made is the document's own date.
CREATE TABLE sbom_document (
  id              BIGINT PRIMARY KEY,
  org             TEXT NOT NULL,
  release         TEXT NOT NULL,
  sum             TEXT NOT NULL,
  size            BIGINT NOT NULL,
  format          TEXT NOT NULL,
  version         TEXT NOT NULL,
  encoding        TEXT NOT NULL,
  serial          TEXT NOT NULL,
  name            TEXT NOT NULL,
  components      BIGINT NOT NULL,
  packages        BIGINT NOT NULL,
  direct          BIGINT NOT NULL,
  unplaced        BIGINT NOT NULL,
  without_purl    BIGINT NOT NULL,
  without_licence BIGINT NOT NULL,
  duplicates      BIGINT NOT NULL,
  warnings        BIGINT NOT NULL,
  notes           TEXT NOT NULL,
  complete        TEXT NOT NULL,
  made            TEXT NOT NULL,
  uploaded        TEXT NOT NULL,
  person          TEXT NOT NULL,
  current         BOOLEAN NOT NULL,
  UNIQUE (release, sum)
);
CREATE INDEX sbom_document_org ON sbom_document (org);

-- Which document is the present one of a release. Whoever replaces it takes this row
-- first, so that two uploads for one release follow each other.
CREATE TABLE sbom_latest (
  release  TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  document BIGINT NOT NULL,
  turn     BIGINT NOT NULL
); -- clustered

-- The next number of a document. Small numbers keep the two indexes of sbom_item small;
-- a process takes a hundred at a time, so that nobody waits for somebody else's transaction.
-- common: numbers say nothing about anybody
CREATE TABLE sbom_counter (
  name TEXT PRIMARY KEY,
  next BIGINT NOT NULL
);

-- What the present documents list. parent is the package before it on a shortest path
-- from the product: 0 is the product itself, -1 unknown. declared, concluded and supplier
-- are terms, 0 is none.
-- common: private through sbom_document, whose number begins the key; a column org would cost a fifth of the database
CREATE TABLE sbom_item (
  document  BIGINT NOT NULL,
  package   BIGINT NOT NULL,
  parent    BIGINT NOT NULL,
  declared  BIGINT NOT NULL,
  concluded BIGINT NOT NULL,
  supplier  BIGINT NOT NULL,
  PRIMARY KEY (document, package)
); -- clustered
-- From a package to everybody who has it.
CREATE INDEX sbom_item_package ON sbom_item (package, document);

CREATE VIEW sbom_package_view AS
  SELECT id, CASE WHEN type = '' THEN '' ELSE key END AS purl, type, namespace, name, folded, version FROM sbom_package;

CREATE VIEW sbom_term_view AS
  SELECT id, text FROM sbom_term;

CREATE VIEW sbom_document_view AS
  SELECT id, org, release, sum, format, version, components, uploaded, made, current FROM sbom_document;

CREATE VIEW sbom_item_view AS
  SELECT document, package, parent, declared, concluded, supplier FROM sbom_item;
