-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A turn is a role that a case waits for without a task: a step of its is to be taken. steps are
-- ids of transitions, between blanks. since is from when it waits; it lies ahead, when a proposal
-- lapses, while one waits for a second person.
CREATE TABLE casework_turn (
  org    TEXT NOT NULL,
  matter TEXT NOT NULL,
  role   TEXT NOT NULL,
  steps  TEXT NOT NULL,
  since  TEXT NOT NULL,
  PRIMARY KEY (org, matter, role)
);
-- Who holds a role asks for what waits for it, the longest first.
CREATE INDEX casework_turn_role ON casework_turn (org, role, since, matter);
-- The board of a team counts all open tasks, and lists them in the order of their days; those without one come last.
CREATE INDEX casework_task_team ON casework_task (org, due, id, role, person) WHERE result = '';
CREATE INDEX casework_task_urgent ON casework_task ((CASE WHEN due = '' THEN '9999' ELSE due END), id, org, role, person, due) WHERE result = '';
-- Events and records are always those of one case: with its organisation alone in an index all of
-- that organisation were looked through.
DROP INDEX casework_event_org;
CREATE INDEX casework_event_org ON casework_event (org, matter, n);
DROP INDEX casework_record_org;
CREATE INDEX casework_record_org ON casework_record (org, matter, n);
-- A list by name is read in its order.
CREATE INDEX casework_case_name ON casework_case (folded COLLATE "de-x-icu", id);
