-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- instead is 'yes' where a task was done in place of its role, which nobody held. alarm says why
-- an open task was escalated: nobody holds its role, or its day has passed; raised is the role
-- that is told, where the procedure names one.
ALTER TABLE casework_task ADD COLUMN instead TEXT NOT NULL DEFAULT '';
ALTER TABLE casework_task ADD COLUMN alarm TEXT NOT NULL DEFAULT '' CHECK (alarm IN ('', 'vacant', 'late'));
ALTER TABLE casework_task ADD COLUMN raised TEXT NOT NULL DEFAULT '';
-- The job that escalates asks for what is overdue and not told, and which roles have open tasks.
CREATE INDEX casework_task_late ON casework_task (due, id) WHERE result = '' AND due <> '' AND alarm <> 'late';
CREATE INDEX casework_task_open ON casework_task (org, role, id) WHERE result = '' AND alarm <> 'late';
-- A letter and a meeting ask for what was escalated.
CREATE INDEX casework_task_alarm ON casework_task (org, raised) WHERE result = '' AND alarm <> '';
