-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- How often a task was begun without getting further than it ever was, and how far that is.
ALTER TABLE job_task ADD COLUMN futile BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job_task ADD COLUMN furthest BIGINT NOT NULL DEFAULT 0;
UPDATE job_task SET futile = attempt, furthest = done;
