-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

CREATE TABLE job_task (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  person   TEXT NOT NULL,
  kind     TEXT NOT NULL,
  args     TEXT NOT NULL,
  once     TEXT,
  state    TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
  due      TEXT NOT NULL,
  lease    TEXT NOT NULL,
  attempt  BIGINT NOT NULL,
  done     BIGINT NOT NULL,
  total    BIGINT NOT NULL,
  note     TEXT NOT NULL,
  fault    TEXT NOT NULL,
  created  TEXT NOT NULL,
  started  TEXT NOT NULL,
  ended    TEXT NOT NULL
);
-- The next task to claim.
CREATE INDEX job_task_due ON job_task (due, id) WHERE state IN ('queued', 'running');
-- A unique task waits once.
CREATE UNIQUE INDEX job_task_once ON job_task (once) WHERE state = 'queued';
CREATE INDEX job_task_org ON job_task (org, id);

-- What a task reports line by line: one row for each thing it dealt with or stumbled over.
CREATE TABLE job_line (
  org   TEXT NOT NULL,
  task  TEXT NOT NULL,
  n     BIGINT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('ok', 'warning', 'error')),
  place TEXT NOT NULL,
  key   TEXT NOT NULL,
  args  TEXT NOT NULL,
  PRIMARY KEY (task, n)
);

CREATE VIEW job_task_view AS SELECT id, org, person, kind, state, done, total, note, fault, created, started, ended FROM job_task;
