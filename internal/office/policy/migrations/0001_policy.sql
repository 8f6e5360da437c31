-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A version of an organisation's own profile, for itself and all below; body is the JSON of
-- engine/judge. second is who approved it.
CREATE TABLE policy_profile (
  org     TEXT NOT NULL,
  id      TEXT NOT NULL,
  version BIGINT NOT NULL,
  body    TEXT NOT NULL,
  reason  TEXT NOT NULL CHECK (length(reason) > 0),
  person  TEXT NOT NULL,
  second  TEXT NOT NULL,
  created TEXT NOT NULL,
  PRIMARY KEY (org, id, version)
);

-- Which profile applies in an organisation and below; the latest row counts.
CREATE TABLE policy_standard (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  profile TEXT NOT NULL,
  reason  TEXT NOT NULL CHECK (length(reason) > 0),
  person  TEXT NOT NULL,
  second  TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX policy_standard_org ON policy_standard (org);

-- How a release is used, as an organisation says; without rows it follows from the uses in
-- the register.
CREATE TABLE policy_context (
  org     TEXT NOT NULL,
  release TEXT NOT NULL,
  context TEXT NOT NULL CHECK (context IN ('internal', 'service', 'source', 'binary', 'linked', 'upstream')),
  reason  TEXT NOT NULL CHECK (length(reason) > 0),
  person  TEXT NOT NULL,
  created TEXT NOT NULL,
  PRIMARY KEY (org, release, context)
);
CREATE INDEX policy_context_release ON policy_context (release);
CREATE VIEW policy_context_view AS SELECT org, release, context FROM policy_context;

-- What is allowed in spite of the profile: for a licence or for a component (package URL, with or
-- without version), in some contexts (blanks between; empty: all), for one product or all of
-- the organisation and those below, until a day (empty: for good).
CREATE TABLE policy_exception (
  id        TEXT PRIMARY KEY,
  org       TEXT NOT NULL,
  licence   TEXT NOT NULL,
  component TEXT NOT NULL,
  contexts  TEXT NOT NULL,
  software  TEXT NOT NULL,
  reason    TEXT NOT NULL CHECK (length(reason) > 0),
  until     TEXT NOT NULL,
  question  TEXT NOT NULL,
  person    TEXT NOT NULL,
  second    TEXT NOT NULL,
  created   TEXT NOT NULL,
  ended     TEXT NOT NULL,
  ender     TEXT NOT NULL,
  CHECK (licence <> '' OR component <> '')
);
CREATE INDEX policy_exception_org ON policy_exception (org);

-- Which licence an organisation chose where a component offers several.
CREATE TABLE policy_choice (
  org       TEXT NOT NULL,
  component TEXT NOT NULL,
  licence   TEXT NOT NULL,
  chosen    TEXT NOT NULL,
  reason    TEXT NOT NULL CHECK (length(reason) > 0),
  person    TEXT NOT NULL,
  created   TEXT NOT NULL,
  PRIMARY KEY (org, component, licence)
);

-- A question to the licence manager, what was known when it was asked (facts, JSON), the
-- opinion on it and the decision.
CREATE TABLE policy_question (
  id        TEXT PRIMARY KEY,
  org       TEXT NOT NULL,
  release   TEXT NOT NULL,
  licence   TEXT NOT NULL,
  component TEXT NOT NULL,
  context   TEXT NOT NULL,
  text      TEXT NOT NULL CHECK (length(text) > 0),
  facts     TEXT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('open', 'advised', 'decided', 'withdrawn')),
  asker     TEXT NOT NULL,
  created   TEXT NOT NULL,
  opinion   TEXT NOT NULL,
  adviser   TEXT NOT NULL,
  advised   TEXT NOT NULL,
  answer    TEXT NOT NULL CHECK (answer IN ('', 'yes', 'conditions', 'no')),
  reason    TEXT NOT NULL,
  scope     TEXT NOT NULL CHECK (scope IN ('', 'product', 'organisation')),
  until     TEXT NOT NULL,
  decider   TEXT NOT NULL,
  decided   TEXT NOT NULL
);
CREATE INDEX policy_question_org ON policy_question (org);
