-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- hander is who gave an open task to the person that has it; empty where they took it themselves.
ALTER TABLE casework_task ADD COLUMN hander TEXT NOT NULL DEFAULT '';
CREATE INDEX casework_task_hander ON casework_task (hander, due, id) WHERE result = '' AND hander <> '';
