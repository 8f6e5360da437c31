-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A competence as an organisation decided it, for itself and all below; each change is a
-- version more. What nobody decided is as the program ships it. years: for how long a
-- confirmation holds.
CREATE TABLE competence_version (
  org      TEXT NOT NULL,
  key      TEXT NOT NULL,
  version  BIGINT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('active', 'retired')),
  name_de  TEXT NOT NULL CHECK (length(name_de) > 0),
  name_en  TEXT NOT NULL,
  about_de TEXT NOT NULL,
  about_en TEXT NOT NULL,
  years    BIGINT NOT NULL,
  reason   TEXT NOT NULL CHECK (length(reason) > 0),
  person   TEXT NOT NULL,
  created  TEXT NOT NULL,
  PRIMARY KEY (org, key, version)
);

-- At which level a role needs a competence, as an organisation decided it; 0 is not at all.
CREATE TABLE competence_need (
  org        TEXT NOT NULL,
  role       TEXT NOT NULL,
  competence TEXT NOT NULL,
  version    BIGINT NOT NULL,
  level      BIGINT NOT NULL CHECK (level BETWEEN 0 AND 4),
  reason     TEXT NOT NULL CHECK (length(reason) > 0),
  person     TEXT NOT NULL,
  created    TEXT NOT NULL,
  PRIMARY KEY (org, role, competence, version)
);

-- What somebody has, as they say themselves (maker is the person) or as somebody else
-- confirms it, which holds until a day. Rows are added, so that both values stay with date
-- and maker. org is the person's own at that time.
CREATE TABLE competence_assessment (
  id         TEXT PRIMARY KEY,
  org        TEXT NOT NULL,
  person     TEXT NOT NULL,
  competence TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('self', 'confirmed')),
  level      BIGINT NOT NULL CHECK (level BETWEEN 0 AND 4),
  note       TEXT NOT NULL,
  until      TEXT NOT NULL,
  maker      TEXT NOT NULL,
  created    TEXT NOT NULL
);
CREATE INDEX competence_assessment_org ON competence_assessment (org);
CREATE INDEX competence_assessment_person ON competence_assessment (person);

-- A training that is on offer. cost is in cents, -1 where nobody knows; seats 0 is as many as
-- come. Organisations below the one that keeps it see it, too.
CREATE TABLE competence_training (
  id        TEXT PRIMARY KEY,
  org       TEXT NOT NULL,
  title     TEXT NOT NULL CHECK (length(title) > 0),
  provider  TEXT NOT NULL,
  about     TEXT NOT NULL,
  since     TEXT NOT NULL,
  until     TEXT NOT NULL,
  place     TEXT NOT NULL,
  link      TEXT NOT NULL,
  language  TEXT NOT NULL,
  cost      BIGINT NOT NULL,
  seats     BIGINT NOT NULL,
  cancelled TEXT NOT NULL,
  maker     TEXT NOT NULL,
  created   TEXT NOT NULL
);
CREATE INDEX competence_training_org ON competence_training (org);

-- To which level a training raises a competence.
CREATE TABLE competence_aim (
  org        TEXT NOT NULL,
  training   TEXT NOT NULL,
  competence TEXT NOT NULL,
  level      BIGINT NOT NULL CHECK (level BETWEEN 1 AND 4),
  PRIMARY KEY (training, competence)
);

-- Somebody in a training. org is the person's own; changed is when the state came about,
-- attended since when it has been clear that the person was there.
CREATE TABLE competence_seat (
  id          TEXT PRIMARY KEY,
  org         TEXT NOT NULL,
  training    TEXT NOT NULL,
  person      TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('wish', 'planned', 'attended', 'certified', 'dropped')),
  attended    TEXT NOT NULL,
  certificate TEXT NOT NULL,
  maker       TEXT NOT NULL,
  created     TEXT NOT NULL,
  changed     TEXT NOT NULL,
  UNIQUE (training, person)
);
CREATE INDEX competence_seat_person ON competence_seat (person);
