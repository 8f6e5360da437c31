-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A role as an organisation decided it, for itself and all below; each change is a version
-- more. What nobody decided is as the program ships it. grants are permissions separated by
-- blanks, body is the rest as JSON.
CREATE TABLE role_version (
  org     TEXT NOT NULL,
  key     TEXT NOT NULL,
  version BIGINT NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('active', 'retired')),
  grants  TEXT NOT NULL,
  body    TEXT NOT NULL,
  reason  TEXT NOT NULL CHECK (length(reason) > 0),
  person  TEXT NOT NULL,
  created TEXT NOT NULL,
  PRIMARY KEY (org, key, version)
);

-- A person holds a role in an organisation and all below it. since and until are days, both
-- included; until is empty where it is open. ended is the time at which somebody ended it early.
CREATE TABLE role_mandate (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  role     TEXT NOT NULL,
  person   TEXT NOT NULL,
  deputy   TEXT NOT NULL,
  since    TEXT NOT NULL,
  until    TEXT NOT NULL,
  decision TEXT NOT NULL CHECK (length(decision) > 0),
  reason   TEXT NOT NULL,
  maker    TEXT NOT NULL,
  created  TEXT NOT NULL,
  ended    TEXT NOT NULL,
  why      TEXT NOT NULL
);
CREATE INDEX role_mandate_org ON role_mandate (org, role);
-- What somebody may: asked at each request.
CREATE INDEX role_mandate_person ON role_mandate (person);
CREATE INDEX role_mandate_deputy ON role_mandate (deputy) WHERE deputy <> '';

-- A person is away on days, both included; org is the person's own. Meanwhile deputies act.
CREATE TABLE role_absence (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  since   TEXT NOT NULL,
  until   TEXT NOT NULL,
  maker   TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX role_absence_person ON role_absence (person, until);
CREATE INDEX role_absence_org ON role_absence (org, until);
