-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Which releases in service an organisation may see: those of its tree, and those used in
-- it. It follows from estate_release, estate_use and the tree; nearly every page asks for
-- it, so it is kept, and worked out anew whenever one of them changes.
CREATE TABLE estate_visible (
  org     TEXT NOT NULL,
  release TEXT NOT NULL,
  PRIMARY KEY (org, release)
); -- clustered
-- Who sees a release, and which of its rows to work out anew.
CREATE UNIQUE INDEX estate_visible_release ON estate_visible (release, org);

INSERT INTO estate_visible (org, release) SELECT root, release FROM estate_visible_view;

DROP VIEW estate_visible_view;
CREATE VIEW estate_visible_view AS SELECT org AS root, release FROM estate_visible;
