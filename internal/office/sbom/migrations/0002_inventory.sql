-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- What a present document lists, packed by engine/inventory: 13 bytes a package, where a
-- row and its index entry took 73.
-- common: private through sbom_document, whose number is the key
CREATE TABLE sbom_inventory (
  document BIGINT PRIMARY KEY,
  packed   BYTEA NOT NULL
);

-- From a package to the documents that hold it: their numbers, packed. A part covers 4,096
-- numbers, so that what is written again stays small however many documents there are.
-- common: private through sbom_document; numbers of documents say nothing by themselves
CREATE TABLE sbom_holder (
  package   BIGINT NOT NULL,
  part      BIGINT NOT NULL,
  documents BYTEA NOT NULL,
  PRIMARY KEY (package, part)
); -- clustered

-- Documents that came (or, where gone, went) and do not yet stand so in sbom_holder. Who
-- looks for holders looks here first. They are worked in many at a time: each document
-- touches as many rows as it has packages, and mostly the same as the one before.
-- common: private through sbom_document
CREATE TABLE sbom_inbox (
  document BIGINT PRIMARY KEY,
  packages BIGINT NOT NULL,
  gone     BOOLEAN NOT NULL
);

-- sbom_item held one row a package; its rows are moved at the next start, and nobody reads
-- it any more.
DROP VIEW sbom_item_view;
DROP INDEX sbom_item_package;
