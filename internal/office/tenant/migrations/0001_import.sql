-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- An organisation that came from another instance: state is the SHA-256 of what was in its
-- folder, origin and log are the log there (its name, and the part that came along, as a
-- document), exported when it left, ended when all of its documents were here.
CREATE TABLE tenant_import (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  state    TEXT NOT NULL,
  origin   TEXT NOT NULL,
  log      TEXT NOT NULL,
  exported TEXT NOT NULL,
  person   TEXT NOT NULL,
  begun    TEXT NOT NULL,
  ended    TEXT NOT NULL
);
CREATE INDEX tenant_import_org ON tenant_import (org, id);
