-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A city with many departments is listed in the order of time, not one department after another.
CREATE INDEX casework_case_time ON casework_case (created, id);
CREATE INDEX casework_turn_since ON casework_turn (since, matter, role, org);
-- What is open is counted by role and person from this alone. It is for that: the second condition
-- keeps SQLite from taking it where the order of days is wanted.
CREATE INDEX casework_task_load ON casework_task (org, role, person, due, result) WHERE result = '' AND role <> '';
